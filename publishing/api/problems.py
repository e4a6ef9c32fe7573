"""Errors of the API as RFC 9457 problem documents."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, NotFound

from qingdao_portal.front_door import problem


class ParameterError(APIException):
    """A query parameter that is unknown, repeated, empty or malformed."""

    status_code = 400

    def __init__(self, *errors):
        """`errors` are pairs of a parameter's name and what is wrong with it."""
        self.errors = [{"parameter": name, "detail": str(detail)} for name, detail in errors]
        names = "、".join(error["parameter"] for error in self.errors)
        super().__init__(_("参数有误:%s。") % names)

    @property
    def extra(self):
        return {"errors": self.errors}


class Gone(APIException):
    """A withdrawn entry: why, since when, and what replaces it."""

    status_code = 410
    default_detail = _("这个条目已撤下。")

    def __init__(self, *, reason, withdrawn_at, successor):
        super().__init__()
        self.extra = {"reason": reason, "withdrawn_at": withdrawn_at, "successor": successor}


def problem_handler(exception, context):
    """The answer to an exception of a view, None for one that is no API error."""
    if isinstance(exception, Http404):
        exception = NotFound(*exception.args)
    if not isinstance(exception, APIException):
        return None
    extra = getattr(exception, "extra", {})
    response = problem(exception.status_code, str(exception.detail), **extra)
    response.headers["Cache-Control"] = "no-store"
    return response
