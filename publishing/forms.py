"""Forms of the staff area: rows with translations, publishing and withdrawing."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.models import Edition
from publishing.states import State, is_live
from publishing.widgets import LoadedAutocompleteSelect, TranslationsWidget
from qingdao_portal.texts import clean_text
from staff.access import may_place

SLUG_HELP = gettext_lazy("网址里的英文名:小写字母、数字和连字符,例如 medical-insurance-transfer。")
ENTRY_SLUG_HELP = gettext_lazy(
    "网址里的英文名:小写字母、数字和连字符,例如 medical-insurance-transfer。"
    "公开后再改,旧网址会自动转到新网址。"
)
MINOR_NOTE = gettext_lazy("改正错字或格式,内容含义不变。")


class TranslationsField(forms.Field):
    """`{"en": {"title": "…"}}` from one text input per language and field; blanks left out."""

    def __init__(self, model, **kwargs):
        super().__init__(required=False, widget=TranslationsWidget(model), **kwargs)

    def has_changed(self, initial, data):
        return (initial or {}) != (data or {})


class WordsField(SimpleArrayField):
    """Short texts in one line; Chinese commas part them as well as English ones."""

    def to_python(self, value):
        words = (word.strip() for word in (value or "").replace("\uff0c", ",").split(","))
        return super().to_python(",".join(word for word in words if word))


class LinesField(SimpleArrayField):
    """Texts that may hold commas, one per line."""

    widget = AdminTextareaWidget

    def __init__(self, base_field, **kwargs):
        super().__init__(base_field, delimiter="\n", **kwargs)

    def to_python(self, value):
        lines = (line.strip() for line in (value or "").splitlines())
        return super().to_python("\n".join(line for line in lines if line))


class RowForm(forms.ModelForm):
    """The form of any row. Selected objects that are loaded already are not asked for again."""

    user = None  # who fills it in; the admin sets it

    class Meta:
        help_texts = {"slug": SLUG_HELP}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)  # inside the “add another” links
            if isinstance(widget, LoadedAutocompleteSelect):
                relation = self._meta.model._meta.get_field(name)
                if relation.is_cached(self.instance):
                    widget.loaded = getattr(self.instance, name)

    def _post_clean(self):
        """Refuse to save the row in a city or domain that the user does not keep."""
        super()._post_clean()
        if self.user is not None and not self.errors and not may_place(self.user, self.instance):
            self.add_error(None, _("这里超出了您负责的城市或领域,请改选或联系管理员。"))


class EntryForm(RowForm):
    """The form of an entry. Its address must not be one that leads readers to another entry."""

    class Meta:
        help_texts = {"slug": ENTRY_SLUG_HELP}

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        kind = self._meta.model.kind
        editions = Edition.objects.of_kind(kind).filter(slug=slug)
        if editions.exclude(entry_id=self.instance.pk).exists():
            raise ValidationError(_("这个网址名曾经属于另一个条目,旧链接仍指向它。请换一个。"))
        return slug


class ChildForm(RowForm):
    """A row inside its parent's form; a row without a position goes to the end."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            if self.instance._state.adding:
                self.initial["position"] = self.instance.position = None


class ChildFormSet(BaseInlineFormSet):
    """Rows inside their parent's form, in the order of `position`."""

    def clean(self):
        super().clean()
        last = max((form.instance.position or 0 for form in self.forms), default=0)
        for form in self.forms:
            if form.instance.position is None and form.has_changed():
                last += 1
                form.instance.position = last


class CommentForm(forms.Form):
    """Words to whoever works on the entry next; they need not be there."""

    comment = forms.CharField(
        label=gettext_lazy("意见"),
        required=False,
        max_length=1000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("只有工作人员看得到。"),
    )

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)

    def clean_comment(self):
        return clean_text(self.cleaned_data["comment"]).strip()


class ReasonForm(CommentForm):
    """Words that must be there."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = True


class DueAtForm(forms.Form):
    """A time at which the worker is to act; at once where it is left empty."""

    due_at = forms.DateTimeField(
        label=gettext_lazy("定时"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("不填就立即执行;填了就到时自动执行(北京时间)。"),
    )

    def clean_due_at(self):
        due_at = self.cleaned_data["due_at"]
        if due_at is not None and due_at <= timezone.now():
            raise ValidationError(_("定时要在以后的时间。"))
        return due_at


class PublishForm(DueAtForm):
    """What readers are told about a publication of `entries`."""

    field_order = ["note", "minor", "due_at"]

    note = forms.CharField(
        label=gettext_lazy("修改说明"),
        required=False,
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("公开显示:告诉读者这次改了什么,例如“更新了威海的办理地点”。"),
    )
    minor = forms.BooleanField(
        label=gettext_lazy("小幅更新"),
        required=False,
        help_text=gettext_lazy("只改了错字或格式,内容含义不变;可以不写修改说明。"),
    )

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_live = any(is_live(entry) for entry in entries)
        self.has_withdrawn = any(entry.state == State.WITHDRAWN for entry in entries)
        if not self.has_live:
            del self.fields["minor"]
        if not (self.has_live or self.has_withdrawn):
            self.fields["note"].help_text = _("首次发布可以不填。")

    def clean_note(self):
        return clean_text(self.cleaned_data["note"]).strip()

    def clean(self):
        minor, note = self.cleaned_data.get("minor"), self.cleaned_data.get("note")
        is_note_needed = self.has_withdrawn or (self.has_live and not minor)
        if is_note_needed and not note and "note" not in self.errors:
            self.add_error("note", _("请填写修改说明:读者会看到这次改了什么。"))
        return self.cleaned_data

    def arguments_for(self, entry):
        """What `services.publish` is told of one of the entries."""
        minor = self.cleaned_data.get("minor", False) and is_live(entry)
        default_note = str(MINOR_NOTE) if minor else ""
        return {
            "note": self.cleaned_data["note"] or default_note,
            "minor": minor,
            "due_at": self.cleaned_data["due_at"],
        }


class WithdrawForm(DueAtForm):
    """Why `entries` leave the public side, and what replaces them."""

    field_order = ["reason", "successor", "due_at"]

    reason = forms.CharField(
        label=gettext_lazy("撤回原因"),
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("公开显示:读者在原网址会看到它。"),
    )
    successor = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("替代条目"),
        required=False,
        empty_label=gettext_lazy("没有"),
        help_text=gettext_lazy("读者会被引到这里;只能选公开中的同类条目。"),
    )

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        model = type(entries[0])
        live = Edition.objects.current().of_kind(model.kind).values("entry_id")
        self.fields["successor"].queryset = model.objects.filter(pk__in=live).exclude(
            pk__in=[entry.pk for entry in entries]
        )

    def clean_reason(self):
        reason = clean_text(self.cleaned_data["reason"]).strip()
        if not reason:
            raise ValidationError(_("请填写撤回原因。"))
        return reason

    def arguments_for(self, entry):
        """What `services.withdraw` is told of one of the entries."""
        return self.cleaned_data
