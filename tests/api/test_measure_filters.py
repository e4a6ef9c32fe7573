"""What lists of measures may be narrowed by, and which values there are to choose from."""

import pytest

from tests.api.reading import slugs
from tests.factories import make_domain, make_scenario, publish_measure

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def measures(once_per_module):
    """Two measures that differ in everything that lists are narrowed by."""
    publish_measure(
        slug="one",
        domain=make_domain(slug="medical"),
        scenarios=[make_scenario(slug="moving")],
        cities=["qingdao", "yantai"],
        evidence="named_in_guide",
        title="示例异地就医",
        keywords=["医保"],
    )
    publish_measure(
        slug="two",
        domain=make_domain(slug="housing"),
        scenarios=[make_scenario(slug="retiring")],
        cities=["yantai"],
        evidence="unsourced",
        title="示例公积金",
        audience="缴存职工",
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["one", "two"]),
        ("domain=medical", ["one"]),
        ("city=qingdao", ["one"]),
        ("city=yantai", ["one", "two"]),
        ("city=weihai", []),
        ("scenario=retiring", ["two"]),
        ("evidence=unsourced", ["two"]),
        ("evidence=unsourced&city=qingdao", []),
        ("domain=housing&city=yantai&q=公积金", ["two"]),
        ("q=就医", ["one"]),
        ("q=医保", ["one"]),
        ("q=缴存", ["two"]),
        ("q=示例 公积金", ["two"]),
        ("q=示例 没有的词", []),
        ("q=%25", []),
        ("q=_", []),
    ],
)
def test_measures_are_narrowed(client, measures, query, expected):
    assert slugs(client, f"/api/v1/measures/?{query}") == expected


@pytest.mark.parametrize(
    ("address", "parameter", "known"),
    [
        ("measures/?city=jinan", "city", "qingdao、yantai、weifang、weihai、rizhao"),
        ("measures/?domain=sport", "domain", "housing、medical"),
        ("measures/?evidence=rumour", "evidence", "named_in_guide、named_in_announcement"),
        ("projects/?circle=golden", "circle", "transport、industry、living、safety"),
        ("projects/?status=lost", "status", "unknown、not_started"),
        ("counties/?city=jinan", "city", "qingdao、yantai、weifang、weihai、rizhao"),
        ("hotlines/?domain=sport", "domain", "housing、medical"),
        ("offices/?city=jinan", "city", "qingdao、yantai、weifang、weihai、rizhao"),
    ],
)
def test_an_unknown_value_of_a_closed_set_is_refused_with_those_there_are(
    client, measures, address, parameter, known
):
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["parameter"] == parameter
    assert known in error["detail"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("0000-01-01T00:00:00Z", ["one", "two"]),
        ("0001-01-01T00:00:00%2B14:00", ["one", "two"]),
        ("2025-04-28t09:00:00.123456789z", ["one", "two"]),
        ("2025-04-28T09:00:00%2B23:59", ["one", "two"]),
        ("9999-12-31T23:59:59-23:59", []),
    ],
)
def test_every_moment_of_rfc_3339_is_understood(client, measures, moment, expected):
    assert slugs(client, f"/api/v1/measures/?modified_after={moment}") == expected
