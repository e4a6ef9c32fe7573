"""What a project is looked at for before it goes public."""

from itertools import pairwise

from django.utils.translation import gettext as _

from publishing.proofreading import check, require_filled, stop, warn


@check("project")
def project_is_filled(document, today):
    return require_filled(document, "title", "summary", "year", "programme")


@check("project")
def completion_agrees(document, today):
    if document["status"] == "completed" and document["progress"] not in (None, 100):
        yield stop(_("状态是“已完成”,进度却不是100。"))
    if document["revised_finish"] and not document["planned_finish"]:
        yield warn(_("有调整后的完成日期,却没有原计划日期。"))


@check("project")
def status_has_its_evidence(document, today):
    changes = document["status_changes"]
    if changes and changes[-1]["status"] != document["status"]:
        yield warn(_("最后一次状态变化与现在的状态不一致。"))
    dates = [change["changed_on"]["value"] for change in changes if change["changed_on"]]
    if any(later < earlier[: len(later)] for earlier, later in pairwise(dates)):
        yield warn(_("状态变化没有按日期先后排列。"))


@check("project")
def thread_leads_back(document, today):
    continued = document["continues"]
    if continued and continued["year"] >= document["year"]:
        yield stop(_("只能延续更早年度的项目。"))
