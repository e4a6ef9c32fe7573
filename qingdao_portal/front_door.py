"""Refuse what no page or API can answer, before anything sees it but the safety headers.

Frameworks behind this turn such input into errors of their own, some of them status 500: a text
with NUL reaches PostgreSQL, a body in UTF-16 makes Django raise inside its own error page.
"""

import re
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from qingdao_portal.languages import plain_path
from qingdao_portal.texts import has_forbidden_characters

MAX_QUERY_LENGTH = 4096  # 200 Chinese characters take 1,800
MAX_PARAMETERS = 100
MAX_REPEATS = 20
RETRY_AFTER_SECONDS = 5
# The second is what a connection says that was cut off before: `connection already closed`.
DATABASE_AWAY = (OperationalError, InterfaceError)
IMPORT_PATH = re.compile(r"/admin/[a-z_]+/[a-z_]+/import/")  # takes files of staff
READER_FORM_PREFIXES = ("/check/", "/feedback/", "/search/count/")
FORM_PREFIXES = ("/admin/", *READER_FORM_PREFIXES)
MAX_FORM_BYTES = 64 * 1024  # of a form of readers, and of what a form has around its file


class FrontDoorMiddleware:
    """400, 405, 413 and 414 for malformed requests; 503 while the database is away."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        refusal = refuse(request)
        if refusal is not None:
            response = error_response(request, *refusal)
        else:
            response = self.get_response(request)
        if response.status_code >= 400:
            # Else a cache may keep that a page is missing until after it has been published.
            response.headers.setdefault("Cache-Control", "no-store")
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # its length stays in the header, as for GET
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, DATABASE_AWAY):
            return service_unavailable(request)
        return None


def refuse(request):
    """The status and sentence with which to refuse the request, or None if it is sound."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > MAX_QUERY_LENGTH:
        return 414, _("地址太长了。请缩短查询内容。")
    if not _is_sound_text(query.replace("+", " ")) or not _is_sound_path(request.path):
        return 400, _("地址里有无法识别的字符。请检查后重试。")
    names = [part.split("=", 1)[0] for part in query.split("&") if part]
    if len(names) > MAX_PARAMETERS or any(names.count(name) > MAX_REPEATS for name in set(names)):
        return 400, _("地址里的参数太多。请删去重复的参数。")
    return _refuse_body(request) or _refuse_method(request)


def _refuse_method(request):
    """Pages are for reading. The API answers for itself; forms are in the paths named here."""
    is_reading = request.method in ("GET", "HEAD")
    if is_reading or plain_path(request.path).startswith(("/api/", *FORM_PREFIXES)):
        return None
    return 405, _("这个页面只能读取。")


def _is_sound_text(quoted):
    # WSGI hands bytes over as Latin-1. gunicorn refuses unquoted ones itself, other servers do not.
    try:
        text = unquote_to_bytes(quoted.encode("latin-1")).decode("utf-8")
        return not has_forbidden_characters(text)
    except UnicodeError:
        return False


def _is_sound_path(path):
    # Django replaces bytes that are not UTF-8 by their quoted form, which no page has.
    return not has_forbidden_characters(path) and "\ufffd" not in path


def _refuse_body(request):
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        return 400, _("请求长度无法识别。")
    if IMPORT_PATH.fullmatch(request.path):
        if int(length) > settings.IMPORT_MAX_BYTES + MAX_FORM_BYTES:
            most = filesizeformat(settings.IMPORT_MAX_BYTES)
            return 413, _("文件太大:最多%s。请分成几个文件导入。") % most
    elif int(length) > _most_bytes(plain_path(request.path)):
        return 413, _("提交的内容太大。请分几次提交。")
    charset = (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        return 400, _("请使用 UTF-8 编码提交。")
    return None


def _most_bytes(path):
    """Forms of readers have a few short fields; those of staff may be long."""
    is_reader_form = path.startswith(READER_FORM_PREFIXES)
    return MAX_FORM_BYTES if is_reader_form else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def service_unavailable(request):
    """The answer while the database cannot be reached."""
    response = error_response(request, 503, _("服务暂时不可用,请稍后再试。"))
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.is_database_away = True
    return response


def error_response(request, status, detail):
    """`detail` as a problem document under /api/, as a page elsewhere; never cached."""
    if request.path.startswith("/api/"):
        response = problem(status, detail)
    elif status in (400, 503):
        response = render(request, f"{status}.html", {"detail": detail}, status=status)
    else:
        response = HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = "GET, HEAD"
    return response


def problem(status, detail, **extra):
    """An RFC 9457 problem document."""
    body = {"type": "about:blank", "title": _title(status), "status": status, "detail": detail}
    return JsonResponse(
        body | extra,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _title(status):
    return HTTPStatus(status).phrase
