"""What a zone is looked at for before it goes public."""

from django.utils.translation import gettext as _

from publishing.proofreading import check, require_filled, stop


@check("zone")
def zone_is_filled(document, today):
    return require_filled(document, "title", "theme")


@check("zone")
def zone_joins_several(document, today):
    if len(document["signatories"]) < 2:
        yield stop(_("合作区至少要有两个参与的区市县。"))
