"""What a measure is looked at for before it goes public, and what makes it complete."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import completeness
from publishing.proofreading import check, require_filled, stop, warn


@check("measure")
def measure_is_filled(document, today):
    return require_filled(document, "title", "summary", "domain", "audience")


@check("measure")
def measure_says_how(document, today):
    if not document["hotlines"] and not document["steps"]:
        yield warn(_("既没有办理步骤,也没有咨询电话:读者不知道怎么办。"))


@check("measure")
def limits_are_in_order(document, today):
    """A promise is at most what the law allows; only limits of one unit can be compared."""
    promised, statutory = document["promised_limit"], document["statutory_limit"]
    is_comparable = promised and statutory and promised["unit"] == statutory["unit"]
    if is_comparable and (promised["value"] or 0) > (statutory["value"] or 0):
        yield stop(_("承诺时限比法定时限还长。"))


def elements_of_guide(measure):
    """The elements of a 办事指南 and whether the document of a measure has them."""
    provisions = measure["provisions"]
    return {
        gettext_lazy("条件"): bool(measure["audience"]),
        gettext_lazy("材料"): bool(measure["materials"]),
        gettext_lazy("流程"): bool(measure["steps"]),
        gettext_lazy("时限"): bool(
            measure["promised_limit"] or measure["statutory_limit"] or measure["limit_note"]
        ),
        gettext_lazy("收费"): measure["fee"]["kind"] != "unknown",
        gettext_lazy("地点"): bool(measure["offices"])
        or any(provision["offices"] for provision in provisions),
        gettext_lazy("依据"): bool(measure["citations"]),
        gettext_lazy("电话"): bool(measure["hotlines"]),
        gettext_lazy("常见问题"): bool(measure["questions"]),
    }


completeness.register("measure", elements_of_guide)
