"""What every request to the staff area passes before a view sees it."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from staff import audit, second_factor, sessions, unsaved
from staff.models import AuditEntry

# Where a signed-in user may go without the second factor.
OPEN_PAGES = ("admin:login", "admin:logout", "staff:verify", "staff:recover", "staff:enrol")
STEP_PAGES = {
    second_factor.Step.ENROL: "staff:enrol",
    second_factor.Step.VERIFY: "staff:verify",
}


class StaffAreaMiddleware:
    """End sessions in time, ask for the second factor, and tell the log who acts."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(settings.SESSION_COOKIE_PATH):
            return self.get_response(request)  # no session gets there
        with audit.serving(request):
            if SESSION_KEY in request.session:
                self._keep_time(request)
            return self._ask_to_sign_in(request) or self.get_response(request)

    @staticmethod
    def _keep_time(request):
        if not sessions.has_ended(request.session):
            sessions.note_request(request.session)
            return
        if request.user.is_authenticated:
            audit.record(action=AuditEntry.Action.SESSION_ENDED, request=request)
        request.session.flush()
        request.user = AnonymousUser()
        messages.info(request, _("登录已过期,请重新登录。"))

    @staticmethod
    def _ask_to_sign_in(request):
        """Ask for the second factor, and for the first where a form would be lost; else None."""
        user = request.user
        if not user.is_authenticated:
            return unsaved.page(request)
        if not user.is_staff:
            return None
        step = second_factor.missing_step(user)
        if step is None or request.path in [reverse(name) for name in OPEN_PAGES]:
            return None
        if (kept := unsaved.page(request)) is not None:
            return kept
        page = reverse(STEP_PAGES[step])
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{page}?{query}" if query else page)
