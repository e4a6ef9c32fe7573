"""Files that machines look for at fixed addresses."""

import datetime

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qingdao_portal.languages import path_in
from qingdao_portal.parameters import takes

SECURITY_TXT_DAYS = 180


@takes()
@require_safe
def robots_txt(request):
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(
            f"Disallow: {path_in(code, path)}"
            for code, _name in settings.LANGUAGES
            # Searches narrowed down; plain ones say by themselves whether engines may keep them.
            for path in ("/feedback/", "/search/?*&", "/search/suggest/")
        ),
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@takes()
@require_safe
def security_txt(request):
    """RFC 9116. Absent while no contact is set: an invented one would be worse than none."""
    if not settings.SECURITY_CONTACT:
        raise Http404(_("未设置安全联系方式。"))
    # A whole day, so that the file is the same all day.
    expires = timezone.localdate() + datetime.timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%d}T00:00:00+08:00",
        "Preferred-Languages: zh, en",
        f"Canonical: {settings.PORTAL_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@takes()
@require_safe
def web_manifest(request):
    """What a phone needs to put the portal on its home screen."""
    icons = [
        {"src": static(f"icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    manifest = {
        "name": _("青岛都市圈同城生活指南"),
        "short_name": _("同城指南"),
        "description": _("五市同城便捷生活:能办什么、怎么办、带什么、去哪里、多久办好。"),
        "lang": "zh-Hans",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        # With the browser's way back and its menu: readers print and share.
        "display": "minimal-ui",
        "theme_color": "#0a3f63",
        "background_color": "#fbf8f2",
        "icons": icons,
    }
    return JsonResponse(
        manifest,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
