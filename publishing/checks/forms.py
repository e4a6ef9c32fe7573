"""The forms of outside checks: for staff who make a link, and for those who follow it."""

import uuid
from datetime import timedelta

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.checks.models import (
    LABEL_LENGTH,
    MAX_LIFETIME,
    NAME_LENGTH,
    REMARK_LENGTH,
    CheckAnswer,
    CheckLink,
)
from publishing.outside_forms import FormKeys, PlainTextField, id_of_words

DEFAULT_DAYS = 14
_keys = FormKeys("publishing.checks")


class CheckLinkForm(forms.Form):
    """Whom a link is for, and for how long. `id` is the link's own: sent twice, it is made once."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    recipient = PlainTextField(
        label=gettext_lazy("发给谁"),
        max_length=LABEL_LENGTH,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=CheckLink._meta.get_field("recipient").help_text,
    )
    days = forms.IntegerField(
        label=gettext_lazy("有效天数"),
        initial=DEFAULT_DAYS,
        min_value=1,
        max_value=MAX_LIFETIME.days,
        help_text=gettext_lazy("最长60天;到期后链接自动失效,也可以随时收回。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["id"].initial = uuid.uuid4

    @property
    def arguments(self):
        """What `services.make_link` is told."""
        data = self.cleaned_data
        lifetime = timedelta(days=data["days"])
        return {"id": data["id"], "recipient": data["recipient"], "lifetime": lifetime}


class CheckAnswerForm(forms.Form):
    """无误 or 有误, for one link. `key` is signed: it holds the link, a number and the version.

    The page may have no cookie, so the key is also what shows that the form came from it.
    """

    verdict = forms.ChoiceField(
        label=gettext_lazy("您看过以后"),
        choices=CheckAnswer.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选“无误”或“有误”。")},
    )
    remark = PlainTextField(
        label=gettext_lazy("意见"),
        required=False,
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("有误的话,请写明哪里不对、应该是什么。"),
    )
    name = PlainTextField(
        label=gettext_lazy("您的姓名或单位"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请写姓名或单位,编辑才知道是谁核对的。")},
    )
    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, link, version):
        self.link = link
        super().__init__(data, initial={"key": make_key(link, version)}, label_suffix="")

    def clean_key(self):
        try:
            form_id, _age, (link_id, version) = _keys.read(self.cleaned_data["key"])
        except signing.BadSignature:
            link_id = None
        if link_id != str(self.link.pk):
            raise ValidationError(_("页面已经过期。请在下面重新填写,再提交一次。"))
        return form_id, version

    def clean(self):
        is_wrong = self.cleaned_data.get("verdict") == CheckAnswer.Verdict.WRONG
        if is_wrong and not self.cleaned_data.get("remark") and "remark" not in self.errors:
            self.add_error("remark", _("请写明哪里有误。"))
        return self.cleaned_data

    @property
    def answer(self):
        """The fields of the answer. Its id is that of the form with exactly these words in it."""
        form_id, version = self.cleaned_data["key"]
        words = {name: self.cleaned_data[name] for name in ("verdict", "remark", "name")}
        return {"id": id_of_words(form_id, words.values()), "version": version, **words}


def make_key(link, version):
    """A key for a form that is shown now: for this link only, and for these rows."""
    return _keys.make(str(link.pk), version)
