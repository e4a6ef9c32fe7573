"""Pages on which readers report, ask, and read the answer. None is cached, none sets a cookie."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import limits, services
from feedback.forms import MessageForm
from feedback.models import Message, contact_days
from feedback.pages import find_page, shown
from feedback.references import read_reference
from publishing.catalogue import catalogue_at, current_version
from publishing.unlisted import too_many, unlisted
from qingdao_portal.client import client_network
from qingdao_portal.reader import reader_of


@csrf_exempt  # No cookie is sent here that could be abused; the form is signed.
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def write(request):
    """The form; what was sent leads to the page with its reference number."""
    wait = limits.REQUESTS_PER_ADDRESS.seconds_to_wait(client_network(request))
    if wait:
        return too_many(request, wait)
    version = current_version()
    if request.method == "POST":
        return _receive(request, version)
    page = find_page(_one(request.GET, "about"), version)
    kind, reader = _one(request.GET, "kind"), reader_of(request)
    initial = {
        "about": page.path,
        "kind": kind if kind in Message.Kind else Message.Kind.CORRECTION,
        "city": page.city or reader.to_city or reader.from_city,
    }
    form = MessageForm(cities=catalogue_at(version)["cities"], initial=initial)
    return _show_form(request, form, page)


def _receive(request, version):
    form = MessageForm(request.POST, cities=catalogue_at(version)["cities"])
    page = find_page(_one(request.POST, "about"), version)
    if not form.is_valid():
        form.make_ready_again()
        return _show_form(request, form, page, status=400)
    sent = form.message
    if not Message.objects.filter(pk=sent["id"]).exists():  # what is sent again is not new
        wait = limits.MESSAGES_PER_ADDRESS.seconds_to_wait(client_network(request))
        if wait:
            return too_many(request, wait)
    message = services.receive(page=page, version=version, **sent)
    address = reverse("feedback:state", args=[message.reference])
    return HttpResponseRedirect(f"{address}?sent=yes", status=303)


def _show_form(request, form, page, status=200):
    context = {
        "form": form,
        **shown(page),
        "answer_days": settings.FEEDBACK_ANSWER_DAYS,
        "contact_days": contact_days(),
        "keep_days": settings.FEEDBACK_KEEP_DAYS,
    }
    return render(request, "feedback/write.html", context, status=status)


@unlisted
@require_safe
def state(request, reference):
    """What became of one message, for who has its reference number."""
    message = Message.objects.filter(reference=read_reference(reference)).first()
    if message is None:
        wait = limits.WRONG_REFERENCES_PER_ADDRESS.seconds_to_wait(client_network(request))
        if wait:
            return too_many(request, wait)
        raise Http404
    context = {"message": message, "is_new": "sent" in request.GET}
    return render(request, "feedback/state.html", context)


@csrf_exempt  # It changes nothing; a POST keeps the number out of addresses and logs.
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def find_state(request):
    """Ask for a reference number, and lead to its page."""
    typed = _one(request.POST, "reference")
    if request.method == "POST":
        reference = read_reference(typed)
        if reference and Message.objects.filter(reference=reference).exists():
            return HttpResponseRedirect(reverse("feedback:state", args=[reference]), status=303)
        wait = limits.WRONG_REFERENCES_PER_ADDRESS.seconds_to_wait(client_network(request))
        if wait:
            return too_many(request, wait)
    context = {"typed": typed[:100], "is_unknown": request.method == "POST"}
    status = 404 if context["is_unknown"] else 200
    return render(request, "feedback/find_state.html", context, status=status)


@csrf_exempt  # Content pages are the same for everybody and hold no token; see `_is_own_form`.
@unlisted
@require_POST
def useful(request):
    """Count 有用 or 没用 for a page, without knowing who says so."""
    if not _is_own_form(request):
        raise PermissionDenied
    said, client = _one(request.POST, "useful"), client_network(request)
    page = find_page(_one(request.POST, "about"), current_version())
    if said not in ("yes", "no") or not page.path:
        raise BadRequest(_("请从网页上点“有用”或“没用”。"))
    wait = limits.VOTES_PER_ADDRESS.seconds_to_wait(client)
    if wait:
        return too_many(request, wait)
    if not limits.SAME_VOTE.seconds_to_wait(f"{client} {page.path}"):
        services.count_vote(page=page, is_useful=said == "yes")
    query = urlencode({"about": page.path, "useful": said})
    return HttpResponseRedirect(f"{reverse('feedback:thanks')}?{query}", status=303)


@unlisted
@require_safe
def thanks(request):
    """Where 有用 and 没用 lead: back to the page, or on to the form."""
    page = find_page(_one(request.GET, "about"), current_version())
    context = shown(page) | {"is_useful": request.GET.get("useful") != "no"}
    return render(request, "feedback/thanks.html", context)


def _is_own_form(request):
    """Whether a page of this site sent the form, as far as the browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return not origin or urlsplit(origin).netloc == request.get_host()


def _one(parameters, name):
    """The one value of a parameter, '' without one. Raises BadRequest for several."""
    values = parameters.getlist(name)
    if len(values) > 1:
        raise BadRequest(_("地址里有重复的参数。请检查后重试。"))
    return values[0] if values else ""
