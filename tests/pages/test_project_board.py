"""The board of a year: where projects stand on a day, what is behind, the thread, the evidence."""

import re
from datetime import date

import pytest

from projects.board import standing_of, timeliness
from projects.figures import timeline_of
from publishing.models import Edition
from tests.factories import (
    make_cities,
    make_programme,
    make_project,
    make_source,
    publish,
    publish_project,
)

DAY = date(2024, 6, 30)


def partial(value):
    return {"value": value, "precision": {4: "year", 7: "month", 10: "day"}[len(value)]}


def project_of(**fields):
    dates = {
        name: partial(fields.pop(name)) if fields.get(name) else None
        for name in ("planned_finish", "revised_finish", "actual_finish")
    }
    return {"status": "in_progress", "status_note": "", "milestones": []} | dates | fields


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"status": "unknown"}, "unknown"),
        ({"status": "not_started", "planned_finish": "2024"}, "not_started"),
        ({"planned_finish": "2024-06"}, "in_progress"),  # its last day is not over
        ({"planned_finish": "2024-06-30"}, "in_progress"),
        ({"planned_finish": "2024-06-29"}, "delayed"),
        ({"planned_finish": "2024-05"}, "delayed"),
        ({"planned_finish": "2023"}, "delayed"),
        ({"status": "unknown", "planned_finish": "2023"}, "delayed"),
        ({"planned_finish": "2023", "revised_finish": "2024"}, "in_progress"),
        ({"planned_finish": "2023", "revised_finish": "2024-02"}, "delayed"),
        ({"status": "delayed"}, "delayed"),
        ({"status": "completed", "planned_finish": "2023"}, "completed"),
        ({"status": "completed", "actual_finish": "2024-06-01"}, "completed"),
    ],
)
def test_a_project_is_behind_only_when_its_document_or_its_date_says_so(fields, column):
    standing = standing_of(project_of(**fields), DAY)
    assert standing.column == column
    assert bool(standing.lags) == (column == "delayed")


def test_a_missed_milestone_is_listed_but_moves_no_project():
    def milestone(planned, met=False):
        return {
            "text": "示例",
            "planned_on": partial(planned),
            "met_on": None,
            "is_met": met,
        }

    milestones = [milestone("2024-05"), milestone("2024-05", met=True), milestone("2024-06")]
    standing = standing_of(project_of(milestones=milestones), DAY)
    assert (standing.column, [lag.kind for lag in standing.lags]) == ("in_progress", ["milestone"])
    done = project_of(status="completed", milestones=milestones)
    assert standing_of(done, DAY).lags == []


@pytest.mark.parametrize(
    ("planned", "actual", "word"),
    [
        ("2024-06", "2024-06-30", "in_time"),
        ("2024-06", "2024-07-01", "late"),
        ("2024-06", "2024-05-31", "early"),
        ("2024", "2024-12", "in_time"),
        ("2024-06", "2024", ""),  # the year may mean before, in or after June
        ("", "2024-06", ""),
        ("2024-06", "", ""),
    ],
)
def test_a_finish_is_late_only_where_the_dates_tell(planned, actual, word):
    assert timeliness(project_of(planned_finish=planned, actual_finish=actual)) == word


def test_the_axis_has_whole_years_and_a_span_is_as_wide_as_its_date():
    project = project_of(planned_finish="2023", actual_finish="2024-07-01")
    timeline = timeline_of([standing_of(project, DAY)], DAY)
    planned, actual = timeline.rows[0].marks
    assert (planned.kind, planned.start, planned.is_point) == ("planned", 0.0, False)
    assert planned.width == pytest.approx(50, abs=0.2)
    assert actual.is_point
    assert actual.start == pytest.approx(75, abs=0.2)
    assert [tick.year for tick in timeline.ticks] == [2023, 2024]
    assert timeline.today == pytest.approx(74.8, abs=0.2)
    assert timeline_of([standing_of(project, DAY)], date(2030, 1, 1)).today is None
    assert timeline_of([standing_of(project_of(), DAY)], DAY).rows == []


@pytest.mark.django_db
class TestBoardPage:
    @pytest.fixture(autouse=True)
    def projects(self):
        make_cities()
        publish_project(
            title="示例甲",
            placement="listed",
            circle="transport",
            cities=["qingdao"],
            status="in_progress",
            progress=40,
            planned_finish="2020-05",
            revised_finish="2020-09",
            revision_reason="示例原因",
        )
        publish_project(title="示例乙", circle="living", cities=["weihai"], status="completed")
        publish_project(title="示例丙", cities=["qingdao", "weihai"])

    def text(self, client, query=""):
        response = client.get(f"/projects/2024/{query}")
        assert response.status_code == 200
        return response.content.decode()

    def test_what_is_behind_is_listed_with_the_reason_and_the_day(self, client):
        behind = self.text(client).split('id="behind"')[1].split("</section>")[0]
        assert "示例甲" in behind
        assert "示例乙" not in behind
        assert re.search(r'截至<time datetime="\d{4}-\d\d-\d\d">', behind)
        assert "示例原因" in behind
        assert "没有完成的记录" in behind

    def test_the_table_says_what_the_drawing_shows(self, client):
        table = self.text(client).split('id="timetable"')[1].split("</section>")[0]
        for said in ("滞后", "40%", "2020年5月", "2020年9月", "示例原因", "没有记录", "日期未公布"):
            assert said in table
        assert table.count('<svg class="strip" role="img"') == 1  # the others have no dates
        assert table.count("没有公布日期") == 2

    def test_each_drawing_has_a_title_and_its_numbers_in_a_table(self, client):
        tally = self.text(client).split('id="tally"')[1].split("</section>")[0]
        assert tally.count('role="img"') == tally.count("<title>") == tally.count("<table") == 2
        rows = re.findall(r'scope="row">.*?>(\S+)</a></th>(.*?)</tr>', tally, re.DOTALL)
        numbers = {name: re.findall(r"<td[^>]*>(\d+)</td>", cells) for name, cells in rows}
        # Completed, behind, unknown, all of them.
        assert numbers["青岛"] == ["0", "1", "1", "2"]
        assert numbers["交通圈"] == ["0", "1", "0", "1"]
        assert numbers["未归圈"] == ["0", "0", "1", "1"]

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("?circle=transport", {"示例甲"}),
            ("?circle=none", {"示例丙"}),
            ("?city=weihai", {"示例乙", "示例丙"}),
            ("?city=weihai&circle=living", {"示例乙"}),
            ("?city=weihai&circle=transport", set()),
            ("?city=&circle=", {"示例甲", "示例乙", "示例丙"}),
        ],
    )
    def test_circle_and_city_narrow_board_and_table(self, client, query, titles):
        text = self.text(client, query)
        assert set(re.findall(r'card__link"[^>]*>(\S+)</a>', text)) == titles
        assert text.count('class="timetable__row"') in (0, len(titles))

    @pytest.mark.parametrize(
        "query",
        ["?circle=x", "?city=jinan", "?city=%00", "?circle=transport%ED%A0%80", "?city=QINGDAO"],
    )
    def test_a_filter_that_is_not_known_is_not_found(self, client, query):
        assert client.get(f"/projects/2024/{query}").status_code in (400, 404)

    def test_the_other_filter_is_kept_by_the_links(self, client):
        text = self.text(client, "?circle=living")
        assert 'href="?circle=living&amp;city=weihai"' in text

    def test_a_page_has_another_etag_on_another_day_and_the_api_has_not(self, client, monkeypatch):
        def etags():
            return client.get("/projects/2024/")["ETag"], client.get("/api/v1/projects/")["ETag"]

        page, api = etags()
        monkeypatch.setattr("publishing.middleware.timezone.localdate", lambda: date(2030, 1, 1))
        later_page, later_api = etags()
        assert later_page != page
        assert later_api == api


@pytest.mark.django_db
class TestThreadAndEvidence:
    def test_the_thread_is_told_on_both_boards_and_both_pages(self, client):
        earlier = publish_project(slug="a", title="示例前", programme=make_programme(2024))
        publish_project(slug="b", title="示例后", programme=make_programme(2025), continues=earlier)
        make_programme(2026)
        for address in ("/projects/2024/", "/projects/2025/"):
            thread = client.get(address).content.decode().split('id="thread"')[1]
            assert thread.index("示例前") < thread.index("→") < thread.index("示例后")
        assert "没有说明" in client.get("/projects/2026/").content.decode()
        assert 'href="/projects/2025/b/"' in client.get("/projects/2024/a/").content.decode()
        assert 'href="/projects/2024/a/"' in client.get("/projects/2025/b/").content.decode()

    def test_the_page_of_a_project_draws_its_dates_even_without_milestones(self, client):
        publish_project(slug="example", planned_finish="2024-05")
        publish_project(slug="undated")
        drawn = client.get("/projects/2024/example/").content.decode()
        assert drawn.count('<svg class="strip" role="img"') == 1
        assert "已过期,没有完成的记录" in drawn
        assert 'class="strip"' not in client.get("/projects/2024/undated/").content.decode()

    def test_each_status_change_has_its_date_source_and_quote(self, client):
        project = make_project(slug="example", status="completed")
        for position, (status, on) in enumerate(
            [("in_progress", "2023"), ("completed", "2024-10-21")]
        ):
            project.status_changes.create(
                status=status,
                changed_on=on,
                source=make_source(title=f"示例报道{status}"),
                quote=f"示例引文{on}",
                position=position,
            )
        publish(project)
        status = client.get("/projects/2024/example/").content.decode().split('id="status"')[1]
        assert "进行中 → 已完成" in status
        for said in ("2024年10月21日", "示例报道completed", "示例引文2023", "2023年"):
            assert said in status
        assert "本站更新记录" not in status

    def test_what_the_portal_changed_is_told_with_note_and_new_citations(self, client):
        old = make_source(title="示例旧来源")
        project = publish_project(slug="example", status="in_progress", sources=[old])
        project.summary = "示例新摘要"
        project.save()
        publish(project, note="示例只改摘要")
        project.status = "completed"
        project.citations.create(source=make_source(title="示例新来源"), quote="示例")
        project.save()
        publish(project, note="示例已完成")
        status = client.get("/projects/2024/example/").content.decode().split('id="status"')[1]
        record = status.split("本站更新记录")[1].split("</section>")[0]
        assert record.count("<li") == 1
        for said in ("进行中 → 已完成", "示例已完成", "第3版", "示例新来源"):
            assert said in record
        assert "示例只改摘要" not in record
        assert "示例旧来源" not in record

    def test_pages_serve_editions_of_before_these_fields(self, client):
        publish_project(slug="example", status="in_progress")
        edition = Edition.objects.get(slug="example")
        old = {
            k: v for k, v in edition.document.items() if k not in ("continues", "status_changes")
        }
        edition.pk, edition.number, edition.document = edition.pk + 1, 2, old
        Edition.objects.filter(slug="example").update(is_current=False)
        edition.save(force_insert=True)
        for address in ("/projects/2024/", "/projects/2024/example/"):
            assert client.get(address).status_code == 200
