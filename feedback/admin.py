"""Messages of readers in the staff area: who is responsible routes them and answers."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import public_questions, services
from feedback.forms import PublicQuestionForm
from feedback.models import ANSWER_LENGTH, Message, Usefulness
from feedback.references import read_reference
from publishing.admin.rows import StaffAdmin, edits
from publishing.outside_forms import PlainTextField
from staff import access


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("状态")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("overdue", _("已超过答复期限")),
            ("waiting", _("待答复")),
            ("answered", _("已答复")),
        ]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        return {
            "overdue": lambda: queryset.overdue(today),
            "waiting": lambda: queryset.waiting(today),
            "answered": queryset.answered,
        }.get(self.value(), queryset.all)()


class AnswerForm(forms.ModelForm):
    """`seen` is the version that was on the page: two answers must not replace each other."""

    answer = PlainTextField(
        label=gettext_lazy("答复"),
        required=False,
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "读者凭编号看到的就是这段文字,按原样显示。不要写个人信息;保存后就能看到。"
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Message
        fields = ("city", "domain", "answer")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "seen" in self.fields:
            self.fields["seen"].initial = self.instance.version

    def clean_answer(self):
        answer = self.cleaned_data["answer"]
        if self.instance.answered_at and not answer:
            raise ValidationError(_("已经答复过的,不能改成没有答复。"))
        return answer

    def clean(self):
        """Lock the row until it is saved, and refuse if somebody else was faster."""
        seen = self.cleaned_data.get("seen")
        now = Message.objects.select_for_update().filter(pk=self.instance.pk, version=seen)
        if not now.exists():
            raise ValidationError(
                _("没有保存:您打开这一页以后,有人处理过这条反馈。请另开一页看一看再写。")
            )
        return super().clean()


@admin.register(Message)
class MessageAdmin(StaffAdmin):
    """Whoever is not responsible for a message does not see it: it may hold personal data."""

    form = AnswerForm
    change_form_template = "admin/feedback/message_change_form.html"
    list_display = ["subject", "kind", "city", "domain", "received_at", "due_on", "state"]
    list_display_links = ["subject"]
    list_filter = [StateFilter, "kind", "city", "domain", "received_at"]
    list_select_related = ["city", "domain"]
    search_fields = ["text", "about_title", "reference", "answer"]
    autocomplete_fields = ["domain"]
    readonly_fields = [
        *("shown_reference", "kind", "page_link", "text", "contact", "received_at", "due_on"),
        *("state", "answered_at", "answered_by"),
    ]
    fieldsets = [
        (
            gettext_lazy("读者写的"),
            {"fields": [("kind", "shown_reference"), "page_link", "text", "contact"]},
        ),
        (
            gettext_lazy("由谁答复"),
            {
                "fields": [("city", "domain"), ("received_at", "due_on", "state")],
                "description": gettext_lazy("不归您管的,改城市或领域就转给了别人,您不再看到。"),
            },
        ),
        (
            gettext_lazy("答复"),
            {"fields": ["answer", ("answered_at", "answered_by"), "seen"]},
        ),
    ]

    def get_queryset(self, request):
        return access.editable(request.user, super().get_queryset(request))

    def get_search_results(self, request, queryset, search_term):
        """A reference number is found however it is written."""
        term = read_reference(search_term) or search_term
        return super().get_search_results(request, queryset, term)

    def get_urls(self):
        view = self.admin_site.admin_view(self.question_view)
        name = "feedback_message_question"
        return [path("<uuid:pk>/question/", view, name=name), *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or edits(request, obj))

    def has_delete_permission(self, request, obj=None):
        may_delete = super().has_delete_permission(request, obj)
        return may_delete and (obj is None or edits(request, obj))

    def save_model(self, request, obj, form, change):
        services.record_work(message=obj, by=request.user, changed=form.changed_data)

    def delete_model(self, request, obj):
        services.discard(message=obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for message in queryset:
            services.discard(message=message, by=request.user)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["question_url"] = self._question_url(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=gettext_lazy("关于"), ordering="about_title")
    def subject(self, message):
        return message.about_title or _("整个网站")

    @admin.display(description=gettext_lazy("关于"))
    def page_link(self, message):
        if not message.about:
            return _("整个网站")
        edition = _("(当时第%d版)") % message.edition if message.edition else ""
        title = message.about_title or message.about
        return format_html('<a href="{}">{}</a>{}', message.about, title, edition)

    @admin.display(description=gettext_lazy("编号"))
    def shown_reference(self, message):
        return message.shown_reference

    @admin.display(description=gettext_lazy("状态"))
    def state(self, message):
        if message.answered_at:
            return format_html('<span class="state state--published">{}</span>', _("已答复"))
        if message.is_overdue:
            return format_html('<span class="state state--returned">{}</span>', _("已超期"))
        return format_html('<span class="state state--submitted">{}</span>', _("待答复"))

    def question_view(self, request, pk):
        """A public question from a message: the words are those of staff, as a working copy."""
        message = get_object_or_404(self.get_queryset(request), pk=pk)
        entry = public_questions.entry_of(message)
        if entry is None:
            raise Http404
        if not public_questions.may_make(request.user, entry):
            raise PermissionDenied
        form = PublicQuestionForm(
            request.POST or None, contact=message.contact, initial={"answer": message.answer}
        )
        if request.method == "POST" and form.is_valid():
            is_new = public_questions.make(message=message, entry=entry, **form.cleaned_data)
            self._tell(request, is_new)
            options = entry._meta
            name = f"admin:{options.app_label}_{options.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[entry.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("做成公开的常见问题"),
            "opts": self.opts,
            "original": message,
            "entry": entry,
            "form": form,
        }
        return TemplateResponse(request, "admin/feedback/question.html", context)

    def _tell(self, request, is_new):
        if is_new:
            text = _("已加进“常见问题”的工作稿。送审、发布以后,读者才看得到。")
            self.message_user(request, text, messages.SUCCESS)
        else:
            text = _("这条反馈已经做成过常见问题,没有再加一次。")
            self.message_user(request, text, messages.WARNING)

    def _question_url(self, request, message):
        entry = public_questions.entry_of(message)
        if entry is None or not public_questions.may_make(request.user, entry):
            return ""
        return reverse("admin:feedback_message_question", args=[message.pk])


@admin.register(Usefulness)
class UsefulnessAdmin(StaffAdmin):
    """How many found which page of use, day by day. Counted, never edited."""

    list_display = ["page", "day", "yes", "no"]
    list_display_links = None
    list_filter = ["day"]
    search_fields = ["title", "path"]
    fields = ["page", "day", "yes", "no"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("网页"), ordering="path")
    def page(self, counted):
        return format_html('<a href="{}">{}</a>', counted.path, counted.title or counted.path)
