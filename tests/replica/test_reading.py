"""Public pages are read from a replica that has what the primary has; else from the primary."""

import pytest
from django.conf import settings as configured
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from publishing.catalogue import current_version
from qingdao_portal import kept_parts, replica
from qingdao_portal.response_store import GENERATION, SEEN
from tests.factories import make_key, make_partner, publish, publish_measure

pytestmark = pytest.mark.django_db(transaction=True, databases=[DEFAULT_DB_ALIAS, replica.ALIAS])


class Read:
    """The answer to one request, and the queries that each server had for it.

    Nothing is left of an earlier one, so every reading of a page asks the same.
    """

    def __init__(self, client, path, *, seen=None, **headers):
        kept_parts.clear()
        self.primary, self.replica = [], []
        with (
            connection.execute_wrapper(noting(self.primary)),
            connections[replica.ALIAS].execute_wrapper(noting(self.replica)),
        ):
            response = client.get(path, headers=headers, **{SEEN: seen})
        self.status, self.text = response.status_code, response.text
        self.version = response.wsgi_request.META.get(GENERATION, ())[:2]


def noting(queries):
    def note(execute, sql, params, many, context):
        queries.append(sql)
        return execute(sql, params, many, context)

    return note


@pytest.fixture
def read(client):
    return lambda path, **headers: Read(client, path, **headers)


@pytest.fixture
def measure(pair):
    """A measure that both servers show, of which Django knows."""
    measure = publish_measure(title="示例旧标题")
    pair.catch_up()
    current_version()
    return measure


@pytest.fixture
def path(measure):
    return measure.get_absolute_url()


def rename(measure, title="示例新标题"):
    measure.title = title
    measure.save()
    publish(measure)


def test_public_pages_ask_the_primary_nothing(measure, read):
    paths = (
        "/",
        "/guide/",
        "/guide/compare/",
        "/search/?q=示例",
        "/feeds/changes.atom",
        "/sitemap.xml",
    )
    for path in paths:
        found = read(path)
        assert (found.status, found.primary) == (200, []), path
        assert len(found.replica) > 1


def test_a_page_costs_the_replica_as_many_queries_as_the_primary(measure, path, read):
    there = read(path)
    assert there.primary == []
    assert len(there.replica) == 3
    replica.server.fails()
    assert len(read(path).primary) == 3
    for _ in range(3):
        publish_measure()
    assert len(read(path).primary) == 3


def test_a_page_carries_the_version_of_the_replica_not_the_one_the_process_saw(path, read):
    found = read(path, seen=(0, 0, 1))
    assert (found.primary, found.version) == ([], current_version())


def test_api_answers_are_read_from_the_replica_and_counted_on_the_primary(measure, read):
    found = read("/api/v1/measures/")
    assert found.status == 200
    assert len(found.replica) > 1
    assert len(found.primary) == 1
    assert "publishing_requestcount" in found.primary[0]


def test_a_lagging_replica_never_gives_an_old_page_a_new_version(pair, measure, path, read):
    assert "示例旧标题" in read(path).text
    pair.lag()
    try:
        rename(measure)
        newest = current_version()
        for address in (path, "/guide/"):
            found = read(address)
            assert "示例新标题" in found.text
            assert found.version == newest
            assert len(found.replica) == 1  # it was asked how far it is, and no more
    finally:
        pair.go_on()
    found = read(path)
    assert "示例新标题" in found.text
    assert (found.version, found.primary) == (newest, [])


def test_a_replica_ahead_of_what_is_known_is_read_after_the_primary(pair, measure, path, read):
    """It may follow another primary than ours; a publish a moment ago is the usual case."""
    known = current_version()
    rename(measure)
    pair.catch_up()
    replica.primary.shows(known)
    found = read(path)
    assert len(found.replica) == 1
    assert "示例新标题" in found.text
    assert read(path).primary == []


def test_what_is_known_of_the_primary_is_soon_too_old(measure, path, read, monkeypatch):
    moment = replica.primary._clock()
    monkeypatch.setattr(replica.primary, "_clock", lambda: moment + replica.FRESH_SECONDS + 1)
    assert len(read(path).replica) == 1
    assert read(path).primary == []  # it was seen just now


def test_readers_do_not_notice_that_the_replica_dies_and_comes_back(pair, path, read, monkeypatch):
    assert read(path).primary == []
    pair.replica.stop("immediate")
    try:
        for _ in range(2):
            found = read(path)
            assert (found.status, len(found.primary)) == (200, 3)
    finally:
        pair.replica.start()
    assert read(path).replica == []  # it rests
    after = replica.server._clock() + replica.REST_SECONDS + 1
    monkeypatch.setattr(replica.server, "_clock", lambda: after)
    assert read(path).primary == []


def test_a_replica_that_fails_in_the_middle_of_a_page_costs_no_reader_the_page(path, read):
    def cut_off(execute, sql, params, many, context):
        if "publishing_edition" in sql:
            connections[replica.ALIAS].connection.close()
        return execute(sql, params, many, context)

    with connections[replica.ALIAS].execute_wrapper(cut_off):
        found = read(path)
    assert found.status == 200
    assert "示例旧标题" in found.text
    assert len(found.primary) == 3


def test_a_replica_that_lacks_a_table_yet_costs_no_reader_the_page(path, read):
    def unmigrated(execute, sql, params, many, context):
        sql = sql.replace('"publishing_edition"', '"publishing_edition_of_tomorrow"')
        return execute(sql, params, many, context)

    with connections[replica.ALIAS].execute_wrapper(unmigrated):
        assert read(path).status == 200


def test_public_pages_go_on_while_the_primary_is_away(pair, measure, path, read):
    pair.primary.stop("immediate")
    try:
        connection.close()
        replica.primary._seen = current_seen_long_ago()
        for address in (path, "/guide/", "/api/v1/measures/", "/search/?q=示例"):
            assert read(address).status == 200, address
        assert read("/feedback/").status == 503
    finally:
        pair.primary.start()
    replica.primary.answers()
    assert read("/feedback/").status == 200


def current_seen_long_ago():
    version, _at = replica.primary._seen
    return version, float("-inf")


def test_a_replica_that_lacks_what_was_seen_says_nothing_when_the_primary_goes(pair, measure, read):
    pair.lag()
    rename(measure)
    current_version()
    pair.primary.stop("immediate")
    try:
        connection.close()
        assert read(measure.get_absolute_url()).status == 503
    finally:
        pair.primary.start()
        pair.go_on()


def test_a_replica_that_was_promoted_is_no_replica(pair, measure, path, read):
    """Whoever writes to it now, the primary has it or nobody knows."""
    assert read(path).primary == []
    pair.replica.promote()
    try:
        found = read(path)
        assert (found.status, len(found.replica), len(found.primary)) == (200, 1, 3)
        replica.primary.fails()
        assert read(path).replica == []
    finally:
        pair.make_replica_anew()
    replica.primary.forget()
    replica.server.answers()
    current_version()
    assert read(path).primary == []


def test_what_is_not_for_everybody_is_read_from_the_primary(measure, read):
    _key, text = make_key(make_partner())
    for path, headers in (
        ("/api/v1/measures/", {"authorization": f"Bearer {text}"}),
        ("/guide/", {"cookie": f"{configured.SESSION_COOKIE_NAME}=example"}),
        ("/admin/login/", {}),
        ("/feedback/", {}),
    ):
        replica.server.answers()
        found = read(path, **headers)
        assert (found.status, found.replica) == (200, []), path


def test_what_is_read_in_a_transaction_is_of_its_moment(measure, path, read):
    with transaction.atomic():
        assert read(path).replica == []


def test_staff_see_at_once_what_they_have_written(pair, measure, admin_client):
    pair.lag()
    try:
        rename(measure)
        found = Read(admin_client, f"/admin/guide/measure/{measure.pk}/change/")
        assert "示例新标题" in found.text
        assert found.replica == []
        public = Read(admin_client, measure.get_absolute_url())
        assert "示例新标题" in public.text
    finally:
        pair.go_on()


def test_objects_from_the_replica_are_saved_on_the_primary(pair, measure):
    with replica.read_at(current_version()):
        found = type(measure).objects.get(pk=measure.pk)
        assert found._state.db == replica.ALIAS
        found.title = "示例新标题"
        found.save()
    measure.refresh_from_db()
    assert measure._state.db == DEFAULT_DB_ALIAS
    assert measure.title == "示例新标题"
