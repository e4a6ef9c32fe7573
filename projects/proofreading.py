"""What a project is looked at for before it goes public."""

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
