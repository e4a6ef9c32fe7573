"""Whoever keeps the city or the domain answers, is reminded, and nobody else reads along."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exchange.cells import as_cell_text
from feedback import public_questions, services
from feedback.models import Message
from feedback.pages import Page
from publishing.models import Edition
from staff import access
from staff.models import AuditEntry
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, errors_on, form_on, messages_on, send
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
)
from tests.factories import make_city, make_domain, make_message
from tests.feedback.sending import text_of
from upkeep.reminders import digest_for
from upkeep.todo import lines_for

pytestmark = pytest.mark.django_db
LIST = "/admin/feedback/message/"


@pytest.fixture
def city_editor(measure):
    return make_city_editor()


def shown(user):
    return set(client_of(user).get(LIST).context["cl"].queryset)


class TestWhoSeesWhat:
    def test_each_sees_what_they_answer(self, measure, city_editor):
        domain_editor = make_domain_editor(domains=[measure.domain])
        own_city = make_message(city="qingdao", domain=make_domain())
        both = make_message(measure, city="qingdao")
        own_domain = make_message(measure, city="yantai")
        nobodys = make_message()
        assert shown(city_editor) == {own_city, both}
        assert shown(domain_editor) == {both, own_domain}
        assert shown(make_administrator()) == {own_city, both, own_domain, nobodys}

    @pytest.mark.parametrize(("switch", "kind"), [("projects", "project"), ("zones", "zone")])
    def test_the_switches_open_messages_about_projects_and_zones(self, measure, switch, kind):
        message = make_message(entry_kind=kind)
        make_message(measure)
        assert shown(make_domain_editor(**{f"edits_{switch}": True})) == {message}

    def test_others_read_nothing(self, measure, city_editor):
        message = make_message(measure, city="yantai", contact="示例联系方式")
        reviewer = client_of(make_reviewer())
        assert reviewer.get(LIST).status_code == 403
        for client in (reviewer, client_of(city_editor)):
            for page in ("change", "delete", "history", "question"):
                response = client.get(address_of(message, page))
                assert response.status_code in (302, 403, 404), page
            assert "示例联系方式" not in text_of(client.get(LIST))
        data = {"action": "delete_selected", "_selected_action": [message.pk], "post": "yes"}
        client_of(city_editor).post(LIST, data)
        assert Message.objects.exists()

    def test_counts_of_useful_are_for_all_staff(self, measure):
        services.count_vote(page=Page(path="/about/", title="关于"), is_useful=False)
        text = text_of(client_of(make_reviewer()).get("/admin/feedback/usefulness/"))
        assert "关于" in text

    def test_a_number_is_found_however_it_is_written(self, measure, city_editor):
        message = make_message(city="qingdao")
        make_message(city="qingdao")
        page = client_of(city_editor).get(LIST, {"q": message.shown_reference.lower()})
        assert [row.pk for row in page.context["cl"].result_list] == [message.pk]

    def test_the_list_costs_the_same_whatever_its_length(self, measure, city_editor):
        def cost():
            with CaptureQueriesContext(connection) as queries:
                client_of(city_editor).get(LIST)
            return len(queries)

        make_message(measure, city="qingdao")
        before = cost()
        for _ in range(5):
            make_message(measure, city="qingdao")
        assert cost() == before


class TestAnswering:
    def test_the_reader_reads_the_answer_as_text(self, client, measure, city_editor):
        message = make_message(measure, city="qingdao")
        answer = "请到窗口办理。<b>示例</b>"
        staff = client_of(city_editor)
        assert send(staff, address_of(message, "change"), answer=answer).status_code == 302
        message.refresh_from_db()
        assert (message.answer, message.answered_by) == (answer, city_editor)
        text = text_of(client.get(f"/feedback/state/{message.reference}/"))
        assert "请到窗口办理。&lt;b&gt;示例&lt;/b&gt;" in text
        assert "还没有答复" not in text
        entry = AuditEntry.objects.get(action="feedback_answered")
        assert (entry.actor_id, "示例举措" in entry.object_title) == (city_editor.pk, True)

    def test_the_first_answer_stops_the_clock_and_a_better_one_keeps_its_time(
        self, measure, city_editor
    ):
        message = make_message(city="qingdao", is_overdue=True)
        client, address = client_of(city_editor), address_of(message, "change")
        send(client, address, answer="示例一")
        first = Message.objects.get().answered_at
        send(client, address, answer="示例二")
        assert Message.objects.get().answered_at == first
        response = send(client, address, answer="")
        assert "不能改成没有答复" in "".join(errors_on(response))

    def test_two_answers_do_not_replace_each_other(self, measure, city_editor):
        message = make_message(city="qingdao")
        client, address = client_of(city_editor), address_of(message, "change")
        late = form_on(client.get(address)) | {"answer": "示例后到"}
        send(client, address, answer="示例先到")
        response = client.post(address, late)
        assert "有人处理过这条反馈" in "".join(errors_on(response))
        assert "示例后到" in text_of(response)
        assert Message.objects.get().answer == "示例先到"

    def test_what_the_reader_wrote_cannot_be_changed_and_is_shown_as_text(
        self, measure, city_editor
    ):
        message = make_message(city="qingdao", text="<script>示例</script>", contact="<i>示例</i>")
        client, address = client_of(city_editor), address_of(message, "change")
        text = text_of(client.get(address))
        assert "&lt;script&gt;示例" in text
        assert "<script>示例" not in text
        assert "&lt;i&gt;" in text
        send(client, address, text="示例改写", contact="示例", due_on="2099-01-01", answer="答")
        changed = Message.objects.get()
        assert (changed.text, changed.due_on) == (message.text, message.due_on)

    def test_who_is_not_responsible_passes_it_on_and_is_rid_of_it(self, measure, city_editor):
        message = make_message(city="qingdao", domain=make_domain())
        client = client_of(city_editor)
        send(client, address_of(message, "change"), city=str(make_city("yantai").pk))
        assert Message.objects.get().city.slug == "yantai"
        assert shown(city_editor) == set()
        assert AuditEntry.objects.filter(action="feedback_routed").exists()

    def test_spam_is_deleted_and_the_log_keeps_none_of_it(self, measure, city_editor):
        message = make_message(city="qingdao", text="示例垃圾", contact="示例联系方式")
        client = client_of(city_editor)
        client.post(address_of(message, "delete"), {"post": "yes"})
        data = {"action": "delete_selected", "post": "yes"}
        client.post(LIST, data | {"_selected_action": [make_message(city="qingdao").pk]})
        assert not Message.objects.exists()
        entries = AuditEntry.objects.filter(action="feedback_deleted")
        assert entries.count() == 2
        for entry in entries:
            kept = f"{entry.object_title} {entry.details}"
            for word in ("垃圾", "联系方式", message.reference):
                assert word not in kept


class TestReminders:
    def test_the_to_do_counts_what_its_lists_show(self, measure, city_editor):
        make_message(measure, city="qingdao")
        make_message(measure, city="qingdao", is_overdue=True)
        make_message(measure, city="qingdao", is_overdue=True)
        make_message(measure, city="yantai", is_overdue=True)
        make_message(measure, city="qingdao", answer="答", answered_at=timezone.now())
        lines = [line for line in lines_for(city_editor) if line.url.startswith(LIST)]
        assert [line.count for line in lines] == [2, 1]
        for line in lines:
            page = client_of(city_editor).get(line.url)
            assert page.context["cl"].result_count == line.count

    def test_the_daily_mail_names_what_is_overdue(self, measure, city_editor):
        city_editor.email = "editor@example.com"
        make_message(measure, city="qingdao", is_overdue=True, text="示例内容", contact="示例联系")
        body = digest_for(city_editor, timezone.now()).body
        assert "已超过答复期限" in body
        assert "示例内容" not in body
        assert "示例联系" not in body

    def test_others_are_not_reminded(self, measure):
        make_message(measure, city="qingdao", is_overdue=True)
        for user in (make_city_editor("示例他市", cities=["yantai"]), make_reviewer()):
            assert not [line for line in lines_for(user) if line.url.startswith(LIST)]


class TestPublicQuestions:
    @pytest.fixture
    def editor(self, measure):
        return make_domain_editor(domains=[measure.domain])

    def test_it_becomes_a_draft_in_the_words_of_staff(self, measure, editor):
        text = "我叫示例,电话13000000000,怎么办?"
        message = make_message(measure, text=text, answer="答复", answered_at=timezone.now())
        client, address = client_of(editor), address_of(message, "question")
        form = form_on(client.get(address))
        assert form["question"] == [""]
        assert form["answer"] == ["答复"]
        response = send(client, address, question="示例:怎么办?")
        assert response["Location"] == address_of(measure, "change")
        question = measure.questions.get()
        assert (question.question, question.answer) == ("示例:怎么办?", "答复")
        measure.refresh_from_db()
        assert measure.workflow_state == "draft"
        assert Edition.objects.current().get().document["questions"] == []

    def test_it_is_made_once(self, measure, editor):
        message = make_message(measure)
        client, address = client_of(editor), address_of(message, "question")
        for _ in range(2):
            response = send(client, address, question="示例?", answer="答")
        assert measure.questions.count() == 1
        assert "没有再加一次" in "".join(messages_on(client.get(response["Location"])))

    @pytest.mark.parametrize(
        "personal", ["13000000000", "11010519491231002X", "a@example.com", "示例联系"]
    )
    def test_personal_data_is_refused(self, measure, editor, personal):
        message = make_message(measure, contact="示例联系")
        client, address = client_of(editor), address_of(message, "question")
        response = send(client, address, question="示例?", answer=f"请找{personal}。")
        assert "个人的电话" in "".join(errors_on(response))
        assert not measure.questions.exists()

    def test_who_may_not_edit_the_measure_makes_none(self, measure):
        message = make_message(measure, city="qingdao")
        client = client_of(make_city_editor())
        assert "做成公开的常见问题" not in text_of(client.get(address_of(message, "change")))
        assert client.post(address_of(message, "question")).status_code == 403

    def test_a_formula_in_it_is_defused_where_files_are_made(self, measure, editor):
        message = make_message(measure)
        public_questions.make(message=message, entry=measure, question="=HYPERLINK(1)", answer="答")
        assert as_cell_text(measure.questions.get().question).startswith("'=")

    def test_where_there_are_no_questions_there_is_no_button(self, measure):
        message = make_message(entry_kind="zone", entry_id=uuid.uuid4())
        root = client_of(make_administrator())
        assert root.get(address_of(message, "question")).status_code == 404
        assert access.may_edit(make_administrator("示例二"), message)
