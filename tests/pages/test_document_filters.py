"""The words that pages print for what documents hold."""

import datetime

import pytest

from cooperation.models import Agreement, Zone
from guide.models import Measure, Provision
from guide.models.limits import LimitUnit
from guide.models.measure import MeasureDepartment, Step
from projects.models import Project
from publishing.models import Edition
from publishing.templatetags import documents
from sources.models import Source

CHOICES = {
    "provision_status": Provision.Status,
    "mode": Provision.Mode,
    "channel": Step.Channel,
    "scope": Measure.Scope,
    "role": MeasureDepartment.Role,
    "project_status": Project.Status,
    "circle": Project.Circle,
    "zone_kind": Zone.Kind,
    "agreement_kind": Agreement.Kind,
    "event": Edition.Event,
    "link_kind": Source.Link,
}


@pytest.mark.parametrize("table", CHOICES)
def test_every_code_of_a_document_has_words(table):
    assert set(documents.LABELS[table]) == set(CHOICES[table].values)


def test_every_unit_but_the_immediate_one_counts():
    assert set(documents.LABELS["unit"]) == set(LimitUnit.values) - {LimitUnit.IMMEDIATE}


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ({"value": "2024", "precision": "year"}, '<time datetime="2024">2024年</time>'),
        ({"value": "2024-02", "precision": "month"}, '<time datetime="2024-02">2024年2月</time>'),
        ("2024-02-09", '<time datetime="2024-02-09">2024年2月9日</time>'),
        (None, ""),
    ],
)
def test_a_date_says_no_more_than_is_known(value, printed):
    assert documents.as_time(value) == printed


@pytest.mark.parametrize(
    "moment",
    [
        datetime.datetime(2026, 11, 22, 16, 30, tzinfo=datetime.UTC),
        "2026-11-22T16:30:00+00:00",
    ],
)
def test_a_moment_is_the_day_it_was_in_shandong(moment):
    assert documents.as_time(moment) == '<time datetime="2026-11-23">2026年11月23日</time>'


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"value": 9, "unit": "working_day"}, "9个工作日"),
        ({"value": None, "unit": "immediate"}, "即时办结"),
        (None, ""),
    ],
)
def test_a_time_limit_reads_as_people_say_it(limit, words):
    assert documents.duration(limit) == words


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"evidence": "named_in_guide", "guide_confidence": "explicit"}, "报道确认收入指南"),
        ({"evidence": "named_in_guide", "guide_confidence": "contextual"}, "报道随指南介绍"),
        (
            {"kind": "measure", "evidence": "published_policy"},
            "同领域已公布政策,未确认在28项内",
        ),
        ({"kind": "project", "evidence": "named_in_announcement"}, "报道点名"),
        (
            {"kind": "project", "evidence": "published_policy"},
            "同期进展,未确认在十大实事内",
        ),
        ({"evidence": "unsourced"}, "未找到可引来源"),
    ],
)
def test_a_badge_claims_no_more_than_the_evidence(item, words):
    assert documents.badge(item).label == words


def test_a_phone_link_holds_only_what_a_phone_can_dial():
    assert documents.tel("0532-8591 1234") == "tel:053285911234"


def test_states_of_a_city_are_counted_best_first():
    def measure(status):
        return {"provisions": [{"city": {"slug": "weihai"}, "status": status}]}

    measures = [measure("unverified"), measure("announced"), measure("unverified")]
    assert documents.provision_counts(measures, "weihai") == [("announced", 1), ("unverified", 2)]
