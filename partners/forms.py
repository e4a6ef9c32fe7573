"""Forms of the staff area about partners."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import ApiKey, Partner
from publishing.outside_forms import PlainTextField

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
