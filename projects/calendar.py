"""`/projects/<year>.ics`: the dates of a year's projects, for calendars to subscribe to."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.views import find_programme
from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.short_addresses import public_address
from qingdao_portal.calendar_files import Day, calendar_response, span_of
from qingdao_portal.dates import date_in_words
from qingdao_portal.parameters import takes

LIMIT = 500  # projects in one file


@takes()
@require_safe
def programme_calendar(request, year):
    """Milestones and finishing dates. What is known to the month spans the month."""
    programme = find_programme(catalogue_at(request.site_version), year)
    editions = Edition.objects.current().of_kind("project").with_facets(f"year:{year}").in_order()
    days = [day for edition in editions[:LIMIT] for day in _days_of(edition.item)]
    return calendar_response(programme["title"], days, filename=f"projects-{year}.ics")


def _days_of(project):
    for milestone in project["milestones"]:
        date = milestone["met_on"] or milestone["planned_on"]
        if date:
            is_met = milestone["is_met"]
            word = _("已达成") if is_met else _("计划")
            yield _day(project, milestone["id"], f"{word}:{milestone['text']}", date, is_met)
    finish = project["actual_finish"] or project["revised_finish"] or project["planned_finish"]
    if finish:
        is_finished = bool(project["actual_finish"])
        word = _("完成") if is_finished else _("计划完成")
        yield _day(project, f"finish-{project['id']}", word, finish, is_finished)


def _day(project, key, what, date, is_certain):
    first, last = span_of(date["value"])
    lines = [what, _("日期:%s") % date_in_words(date["value"]), project["summary"]]
    if project["caveat"]:
        lines.append(_("请注意:%s") % project["caveat"])
    return Day(
        key=key,
        title=f"{project['title']}({what})",
        text="\n".join(lines),
        url=public_address(project["url"]),
        first=first,
        last=last,
        changed_at=project["updated_at"],
        version=project["edition"],
        is_certain=is_certain,
    )
