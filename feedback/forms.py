"""The form for readers, and the one by which staff make a public question from a message."""

import re
from datetime import timedelta

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import CONTACT_LENGTH, TEXT_LENGTH, Message
from publishing.outside_forms import FormKeys, PlainTextField, id_of_words

FASTEST = timedelta(seconds=3)  # nobody writes a message in less
LONGEST = timedelta(hours=12)
_keys = FormKeys("feedback")
# Telephone numbers of 11 digits, identity numbers of 18, mail addresses.
_PERSONAL = re.compile(
    r"(?<!\d)(?:1\d{10}|\d{17}[\dXx])(?!\d)|[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]", re.ASCII
)


class MessageForm(forms.Form):
    """纠错 or 咨询 about one page. `cities` are those of the catalogue.

    Three things keep programs out without asking anybody else: the signed key with the time at
    which the form was shown, a field that nobody sees, and a limit on how many may be sent.
    """

    kind = forms.ChoiceField(
        label=gettext_lazy("您要"),
        choices=[
            (Message.Kind.CORRECTION, gettext_lazy("纠错:内容有误")),
            (Message.Kind.QUESTION, gettext_lazy("咨询:有问题要问")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选“纠错”或“咨询”。")},
    )
    text = PlainTextField(
        label=gettext_lazy("您想说什么"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("哪里不对,或者想问什么。请不要写身份证号、病情等个人信息。"),
        error_messages={"required": gettext_lazy("请写下您想说的。")},
    )
    city = forms.ChoiceField(
        label=gettext_lazy("和哪个市有关"),
        required=False,
        help_text=gettext_lazy("由这个市的工作人员答复。"),
    )
    contact = PlainTextField(
        label=gettext_lazy("电话或邮箱(可以不填)"),
        required=False,
        max_length=CONTACT_LENGTH,
        help_text=gettext_lazy("只在需要向您核实时用。不填也能凭编号看答复。"),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("我同意按下面“个人信息怎样处理”的说明保存和处理我填写的内容。"),
        error_messages={"required": gettext_lazy("请先看说明,同意后打勾。")},
    )
    website = forms.CharField(
        label=gettext_lazy("请留空"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    about = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, cities, initial=None):
        initial = {"key": _keys.make(), **(initial or {})}
        super().__init__(data, initial=initial, label_suffix="")
        self.fields["city"].choices = [
            ("", gettext_lazy("说不清,或者和几个市都有关")),
            *((city["slug"], city["name"]) for city in cities),
        ]

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise ValidationError(
                _("没有提交:一个看不见的栏目被填上了,可能是浏览器自动填的。已经清空,请再提交一次。")
            )
        return ""

    def clean_key(self):
        try:
            form_id, age, _facts = _keys.read(self.cleaned_data["key"])
        except signing.BadSignature:
            age = LONGEST
        if age >= LONGEST or age < timedelta():  # of the future, by a clock that was ahead
            raise ValidationError(_("页面已经过期。请看一遍下面的内容,再提交一次。"), "expired")
        if age < FASTEST:
            raise ValidationError(_("提交得太快了。请看一遍下面的内容,再提交一次。"), "fast")
        return form_id

    def make_ready_again(self):
        """Let the next try succeed: a new key for one that is of no use, an empty trap."""
        self.data = self.data.copy()
        self.data["website"] = ""
        if self.has_error("key") and not self.has_error("key", "fast"):
            self.data["key"] = self.initial["key"]

    @property
    def message(self):
        """What `services.receive` is told, but for the page."""
        names = ("kind", "text", "city", "contact")
        words = {name: self.cleaned_data[name] for name in names}
        about = self.cleaned_data["about"]
        return {"id": id_of_words(self.cleaned_data["key"], [about, *words.values()]), **words}


class PublicQuestionForm(forms.Form):
    """A question in the words of staff, and its answer. What the reader wrote is not copied."""

    question = PlainTextField(
        label=gettext_lazy("问题"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("用一般的说法写,不要带出是谁问的。"),
    )
    answer = PlainTextField(
        label=gettext_lazy("回答"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Markdown。请删去只对这位读者说的话。"),
    )

    def __init__(self, *args, contact="", **kwargs):
        self._contact = contact
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self):
        for name in ("question", "answer"):
            text = self.cleaned_data.get(name, "")
            if _PERSONAL.search(text) or (self._contact and self._contact in text):
                self.add_error(name, _("这里像是有个人的电话、邮箱或身份证号。请删去。"))
        return self.cleaned_data
