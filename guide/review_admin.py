"""The staff pages on which cities answer for their provisions after a standard text changed."""

from itertools import groupby

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from guide import provision_reviews
from guide.models import ProvisionReview
from publishing.admin.rows import StaffAdmin

REVIEWS_PER_PAGE = 20
SEEN_FIELD = "_review_edition"  # the edition whose differences stood on the page


class ProvisionReviewAdmin(StaffAdmin):
    """Who was asked and who has answered. Answers are given on a page of their own."""

    change_list_template = "admin/guide/provisionreview_change_list.html"
    list_display = ["measure", "city", "status", "editions", "by", "at"]
    list_filter = ["status", "provision__city", "provision__measure__domain", "at"]
    list_select_related = ["provision__city", "provision__measure", "edition", "previous", "by"]
    search_fields = ["provision__measure__title", "provision__measure__slug"]
    fields = ["measure", "city", "status", "by", "at", "editions", "differences"]

    class Media:
        css = {"all": ["admin-portal/compare.css"]}

    def get_queryset(self, request):
        """Without the documents, which only the page of one review reads."""
        unread = ("document", "facets", "references")
        names = (f"{edition}__{f}" for edition in ("edition", "previous") for f in unread)
        return super().get_queryset(request).defer(*names)

    def get_urls(self):
        views = [
            ("mine/", self.mine_view, "mine"),
            ("<int:pk>/still-valid/", require_POST(self.still_valid_view), "still_valid"),
        ]
        own = [
            path(address, self.admin_site.admin_view(view), name=f"guide_provisionreview_{name}")
            for address, view, name in views
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("举措"), ordering="provision__measure__title")
    def measure(self, review):
        return review.provision.measure

    @admin.display(description=gettext_lazy("城市"), ordering="provision__city__code")
    def city(self, review):
        return review.provision.city

    @admin.display(description=gettext_lazy("版本"), ordering="edition")
    def editions(self, review):
        numbers = {"old": review.previous.number, "new": review.edition.number}
        return _("第%(old)d版 → 第%(new)d版") % numbers

    @admin.display(description=gettext_lazy("标准文本的改动"))
    def differences(self, review):
        context = {"differences": provision_reviews.differences_of(review)}
        return render_to_string("admin/publishing/_differences.html", context)

    def mine_view(self, request):
        """What waits for this user, each changed text once with the cities to answer for."""
        reviews = provision_reviews.pending_for(request.user).for_page()
        page = Paginator(reviews, REVIEWS_PER_PAGE).get_page(request.GET.get("p"))
        by_text = groupby(page, key=lambda review: (review.previous, review.edition))
        groups = [list(group) for _editions, group in by_text]
        context = {
            **self.admin_site.each_context(request),
            "title": _("待确认"),
            "opts": self.opts,
            "page": page,
            "groups": [(group, provision_reviews.differences_of(group[0])) for group in groups],
        }
        return TemplateResponse(request, "admin/guide/provisionreview_mine.html", context)

    def still_valid_view(self, request, pk):
        review = get_object_or_404(ProvisionReview.objects.for_page(), pk=pk)
        seen = _number(request.POST.get(SEEN_FIELD))
        if provision_reviews.confirm(review=review, by=request.user, edition_id=seen):
            text, level = _("已记录:“%(measure)s”在%(city)s仍适用。"), messages.SUCCESS
        else:
            text = _("没有记录:“%(measure)s”(%(city)s)已有人答复,或者又有新版。请再看一次。")
            level = messages.WARNING
        names = {"measure": review.provision.measure, "city": review.provision.city}
        self.message_user(request, text % names, level)
        return HttpResponseRedirect(reverse(f"{self.admin_site.name}:guide_provisionreview_mine"))


class AnswersByEditing:
    """For the `ModelAdmin` of provisions: shows what is asked, and takes an edit as the answer."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        review = obj and provision_reviews.pending_of(obj)
        if review:
            context["review"] = review
            context["differences"] = provision_reviews.differences_of(review)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def log_change(self, request, obj, message):
        """Called when all has been saved; the message is empty where nothing was changed."""
        seen = _number(request.POST.get(SEEN_FIELD))
        if message and seen:
            provision_reviews.mark_edited(provision=obj, by=request.user, edition_id=seen)
        return super().log_change(request, obj, message)


class ShowsCityReviews:
    """For the `ModelAdmin` of measures: which city has answered the last change, which has not."""

    @admin.display(description=gettext_lazy("对最近一次标准文本改动的答复"))
    def city_reviews(self, measure):
        if measure._state.adding:
            return "-"
        provisions = measure.provisions.select_related("city")
        reviews = ProvisionReview.objects.filter(provision__measure=measure).newest()
        reviews = {review.provision_id: review for review in reviews.select_related("by")}
        lines = [(p.city, _in_words(reviews.get(p.pk))) for p in provisions]
        return format_html(
            '<ul class="city-reviews">{}</ul>', format_html_join("", "<li>{} {}</li>", lines)
        )


def _in_words(review):
    if review is None:
        return _("还没有需要确认的改动")
    state = {"pending": "changed", "edited": "published", "still_valid": "published"}
    label = format_html(
        '<span class="state state--{}">{}</span>', state[review.status], review.get_status_display()
    )
    if review.status == ProvisionReview.Status.PENDING:
        return label
    at = timezone.localtime(review.at)
    return format_html("{} {} {}", label, review.by, f"{at:%Y-%m-%d %H:%M}")


def _number(text):
    """An edition's sequence as the page sent it, None for anything else."""
    is_number = bool(text) and text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else None
