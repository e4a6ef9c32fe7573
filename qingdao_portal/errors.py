"""Error pages: problem documents under /api/, pages with a way on elsewhere."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from qingdao_portal.front_door import error_response, problem


def bad_request(request, exception):
    return error_response(request, 400, _("请求无法识别。请检查地址后重试。"))


def permission_denied(request, exception):
    if request.path.startswith("/api/"):
        return problem(403, _("没有权限。"))
    return defaults.permission_denied(request, exception)


def page_not_found(request, exception):
    if request.path.startswith("/api/"):
        return problem(404, _("没有这个地址。"))
    return render(request, "404.html", status=404)


def server_error(request):
    if request.path.startswith("/api/"):
        return problem(500, _("服务出错了,请稍后再试。"))
    return defaults.server_error(request)
