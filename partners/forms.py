"""Forms of the staff area about partners."""

from datetime import timedelta
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import ApiKey, Partner, Subscription
from publishing import registry
from publishing.catalogue import catalogue_at, current_version
from publishing.outside_forms import PlainTextField
from qingdao_portal import outbound

USUAL_DAYS, MOST_DAYS = 365, 2 * 366


class PartnerForm(forms.ModelForm):
    name = PlainTextField(label=gettext_lazy("名称"), max_length=100)
    note = PlainTextField(
        label=gettext_lazy("备注"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )

    class Meta:
        model = Partner
        fields = ("name", "contact_email", "requests_per_minute", "is_active", "note")


class NewKeyForm(forms.ModelForm):
    """What is said of a key before it is made. It ends some day: a forgotten one is no risk."""

    label = PlainTextField(
        label=gettext_lazy("用途"),
        max_length=100,
        help_text=ApiKey._meta.get_field("label").help_text,
    )
    expires_on = forms.DateField(
        label=gettext_lazy("有效期至"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("这一天还有效;最长两年。到期前新建一个,换好以后再收回旧的。"),
    )

    class Meta:
        model = ApiKey
        fields = ("label", "expires_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        usual = timezone.localdate() + timedelta(days=USUAL_DAYS)
        self.fields["expires_on"].initial = usual.isoformat()

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=MOST_DAYS):
            raise ValidationError(_("有效期从今天起,最长两年。"))
        return day


class SeveralField(forms.MultipleChoiceField):
    """Some of a few, none of which means all of them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)


class SubscriptionForm(forms.ModelForm):
    url = PlainTextField(
        label=gettext_lazy("接收地址"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "inputmode": "url"}),
        help_text=Subscription._meta.get_field("url").help_text,
    )
    kinds = SeveralField(label=gettext_lazy("类别"), help_text=gettext_lazy("都不选就是全部。"))
    domains = SeveralField(
        label=gettext_lazy("领域"),
        help_text=gettext_lazy("都不选就是全部。只有举措有领域:选了领域,就只推送举措。"),
    )
    cities = SeveralField(label=gettext_lazy("城市"), help_text=gettext_lazy("都不选就是全部。"))

    class Meta:
        model = Subscription
        fields = ("partner", "url", "kinds", "domains", "cities", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        content = catalogue_at(current_version())
        if "kinds" in self.fields:  # who may only look has no fields
            self.fields["kinds"].choices = [
                (name, kind.model._meta.verbose_name) for name, kind in registry.kinds.items()
            ]
            for name in ("domains", "cities"):
                self.fields[name].choices = [(row["slug"], row["name"]) for row in content[name]]

    def clean_url(self):
        """An address that may be connected to; what its name leads to is judged each time."""
        url = self.cleaned_data["url"]
        if not outbound.may_be_asked(url):
            raise ValidationError(_("这个地址不能接收推送:要写公网上的完整地址,不带帐号。"))
        parts = urlsplit(url)
        if parts.scheme != "https" and not outbound.is_excepted(parts.hostname, parts.port or 80):
            raise ValidationError(_("请用 https 地址。"))
        return url
