"""The forms of signing in."""

import unicodedata

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from staff import lockout, second_factor

TOO_MANY = _("尝试次数过多,暂停登录30分钟。请稍后再试,或联系管理员。")
WRONG_CODE = _("验证码不正确。请输入手机上现在显示的6位数字。")


class SignInForm(AdminAuthenticationForm):
    """Name and password. What it says does not tell whether the name exists."""

    error_messages = AdminAuthenticationForm.error_messages | {
        "invalid_login": _("用户名或密码不正确,请检查大小写后再试。"),
    }

    def get_invalid_login_error(self):
        counter = lockout.attempts_of(self.cleaned_data["username"], self.request)
        if lockout.is_exhausted(counter):
            return ValidationError(TOO_MANY, code="locked_out")
        return super().get_invalid_login_error()


class TotpField(forms.CharField):
    """Six digits, also when an input method made them full-width or a person grouped them."""

    def __init__(self):
        widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        )
        super().__init__(label=_("6位验证码"), max_length=20, widget=widget)

    def clean(self, value):
        text = "".join(unicodedata.normalize("NFKC", super().clean(value)).split())
        if len(text) != 6 or not (text.isascii() and text.isdigit()):
            raise ValidationError(WRONG_CODE, code="wrong_code")
        return text


class _RequestForm(forms.Form):
    """A form that acts for the user of a request."""

    def __init__(self, *args, request, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)

    def check_code(self, verify, field, message):
        """Run `verify` on the field's value; make a refusal the field's error."""
        if field not in self.cleaned_data:
            return
        try:
            if not verify(request=self.request, code=self.cleaned_data[field]):
                self.add_error(field, ValidationError(message, code="wrong_code"))
        except second_factor.LockedOut:
            self.add_error(None, ValidationError(TOO_MANY, code="locked_out"))


class VerifyForm(_RequestForm):
    """The code from the phone. A valid form has verified the session."""

    code = TotpField()

    def clean(self):
        self.check_code(second_factor.verify_totp, "code", WRONG_CODE)


class RecoverForm(_RequestForm):
    """A recovery code. A valid form has verified the session and used the code up."""

    code = forms.CharField(
        label=_("恢复码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "autofocus": True}
        ),
    )

    def clean(self):
        message = _("恢复码不正确,或者已经用过。")
        self.check_code(second_factor.verify_recovery_code, "code", message)


class EnrolForm(_RequestForm):
    """The first code of a new phone. A valid form has enrolled it and holds `recovery_codes`."""

    code = TotpField()
    recovery_codes = None

    def __init__(self, *args, key, **kwargs):
        self.key = key
        super().__init__(*args, **kwargs)

    def clean(self):
        if "code" in self.cleaned_data:
            self.check_code(self._enrol, "code", WRONG_CODE)

    def _enrol(self, *, request, code):
        self.recovery_codes = second_factor.enrol(request=request, key=self.key, code=code)
        return self.recovery_codes


class ReplaceForm(EnrolForm):
    """The same for who has a factor already, with the password: a session alone may be stolen."""

    password = forms.CharField(
        label=_("登录密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_password(self):
        password = self.cleaned_data["password"]
        username = self.request.user.get_username()
        if authenticate(self.request, username=username, password=password) is None:
            raise ValidationError(_("密码不正确。"), code="wrong_password")
        return password

    def clean(self):
        if "password" in self.cleaned_data:
            super().clean()
