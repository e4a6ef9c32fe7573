"""Too much of anything is refused with a sentence, never with a 5xx or half an answer."""

import pytest

from tests.security.routes import all_routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

FLOODS = {
    "parameters": "&".join(f"a{n}=1" for n in range(101)),
    "the same parameter": "&".join(["page=1"] * 21),
    "one long parameter": "q=" + "a" * 5_000,
    "brackets": "q=" + "[" * 2_000,
    "a huge number": "page=" + "9" * 400,
    "NUL": "q=%00",
}
FORMS = [
    *("/feedback/", "/feedback/state/", "/feedback/useful/", "/search/count/", "/check/nothing/"),
    *("/admin/login/", "/admin/guide/measure/add/", "/admin/second-factor/"),
]


def public_addresses():
    return [route.address() for route in all_routes() if not route.path.startswith("admin/")]


@pytest.mark.parametrize("flood", FLOODS)
def test_no_address_answers_a_flood_with_an_error_of_its_own(client, flood):
    for address in public_addresses():
        response = client.get(f"{address}?{FLOODS[flood]}")
        assert response.status_code < 500, address
        if response.status_code >= 400:
            assert "Traceback" not in response.text


@pytest.mark.parametrize("address", FORMS)
def test_fields_without_end_are_refused(client, root, address):
    sender = root if address.startswith("/admin/") else client
    fields = "&".join(f"a{n}=1" for n in range(2_001))
    response = sender.post(address, fields, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (302, 400, 403, 404)
    assert "a2000" not in response.text


def test_files_without_end_are_refused(client):
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="f{n}"; filename="f{n}"\r\n\r\n\r\n'
        for n in range(101)
    )
    body = f"{parts}--x--\r\n"
    response = client.post("/feedback/", body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe" * 100, "application/x-www-form-urlencoded"),
        (b"%ff=%fe&key=%00", "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"abc", "multipart/form-data"),
        (b"abc", "multipart/form-data; boundary=" + "x" * 300),
        (b"{" * 5_000, "application/json"),
        (b"<x/>", "text/xml"),
        (b"a=1", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"a=1", "x" * 2_000),
        (b"", ""),
    ],
    ids=range(10),
)
def test_a_body_that_is_no_form_is_no_error(client, root, body, kind):
    for address in FORMS:
        sender = root if address.startswith("/admin/") else client
        response = sender.generic("POST", address, body, content_type=kind)
        assert response.status_code < 500, address
