"""What was typed into a form whose session has ended: carried on until its writer is back.

A page holds the posted fields and sends them again after a new sign-in. Only what one of our own
pages sent is carried on: else another site could have words of its own saved by one more press.
"""

from django.conf import settings
from django.contrib import admin
from django.shortcuts import render
from django.views.csrf import csrf_failure as refuse

from staff import second_factor

# What holds passwords and codes is never written into a page.
SECRET_PATHS = (
    *("/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/second-factor/"),
    *("/admin/staff/", "/admin/auth/"),
)


def page(request):
    """The page that carries on what a form of the staff area sent, or None if there is nothing."""
    if request.method != "POST" or not _is_from_here(request):
        return None
    if not request.path.startswith("/admin/") or request.path.startswith(SECRET_PATHS):
        return None
    fields = [
        (name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"
    ]
    if not fields or request.FILES:
        return None
    user = request.user
    is_back = user.is_authenticated and second_factor.missing_step(user) is None
    context = {"fields": fields, "is_back": is_back}
    names = {"site_title": admin.site.site_title, "site_header": admin.site.site_header}
    return render(request, "staff/unsaved.html", context | names, status=403)


def csrf_failure(request, reason=""):
    """For Django's CSRF_FAILURE_VIEW: a new sign-in makes the tokens of open forms invalid."""
    return page(request) or refuse(request, reason=reason)


def _is_from_here(request):
    """Whether the browser says so; none lets a page of another site say it."""
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in (here, *settings.CSRF_TRUSTED_ORIGINS)
