"""The page behind a check link: the draft as it would be public, and a form to answer it."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from publishing import registry
from publishing.checks import services
from publishing.checks.forms import CheckAnswerForm
from publishing.checks.limits import ANSWERS_PER_LINK, REQUESTS_PER_ADDRESS, REQUESTS_PER_LINK
from publishing.previews import preview_item
from publishing.unlisted import too_many, unlisted
from qingdao_portal.client import client_network


@csrf_exempt  # No cookie is sent here that could be abused; the form is signed for its link.
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def check_page(request, token):
    """What is not, or no longer, open looks the same, whatever the reason."""
    wait = REQUESTS_PER_ADDRESS.seconds_to_wait(client_network(request))
    if wait:
        return too_many(request, wait)
    link = services.find_live(token)
    if link is None:
        raise Http404
    wait = REQUESTS_PER_LINK.seconds_to_wait(str(link.pk))
    if not wait and request.method == "POST":
        wait = ANSWERS_PER_LINK.seconds_to_wait(str(link.pk))
    if wait:
        return too_many(request, wait)
    if request.method == "POST":
        return _take_answer(request, link, token)
    return _show(request, link, CheckAnswerForm(link=link, version=link.entry.version))


def _take_answer(request, link, token):
    form = CheckAnswerForm(request.POST, link=link, version=link.entry.version)
    if not form.is_valid():
        if "key" in form.errors:  # the next try needs one that is good
            form.data = form.data.copy()
            form.data["key"] = form.initial["key"]
        return _show(request, link, form, status=400)
    address = reverse("check", args=[token])
    if services.answer(link=link, **form.answer):
        address += "?answered=yes"
    return HttpResponseRedirect(address, status=303)  # where it also says why one was not taken


def _show(request, link, form, status=200):
    entry = link.entry
    kind = registry.kind_of(entry)
    context = {
        "public_template": kind.template,
        entry.kind: preview_item(entry),
        "link": link,
        "form": form,
        "has_changed": entry.version != link.version,
        "is_full": services.is_full(link),
        "is_answered": request.method == "GET" and "answered" in request.GET,
    }
    return render(request, "publishing/check_page.html", context, status=status)
