"""The pages of the second factor. They stand before the staff area, so they look like its login."""

import segno
from django.contrib import admin
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from staff import second_factor
from staff.forms import EnrolForm, RecoverForm, ReplaceForm, VerifyForm
from staff.second_factor import Step

_ENROLLING = "enrolling_key"  # in the session: a key begun elsewhere is never taken over


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class SecondFactorMixin(RedirectURLMixin):
    """For signed-in staff whose next step this page is; everybody else is led on."""

    title = ""
    next_page = "admin:index"

    def dispatch(self, request, *args, **kwargs):
        if not (request.user.is_authenticated and request.user.is_staff):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not self.is_due(second_factor.missing_step(request.user)):
            return HttpResponseRedirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def is_due(self, step):
        """Whether the page is for a user with this step to do."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | self.site_context()
        return context | {"title": self.title, "next": self.get_redirect_url()}

    def show_codes(self, codes):
        """The page with new recovery codes, the only time that they can be seen."""
        context = {"title": _("请保存恢复码"), "codes": codes, "next": self.get_success_url()}
        template = "staff/new_recovery_codes.html"
        return render(self.request, template, self.site_context() | context)

    @staticmethod
    def site_context():
        return {"site_title": admin.site.site_title, "site_header": admin.site.site_header}


class _CodeView(SecondFactorMixin, FormView):
    """Asks for a code; the form checks it and thereby completes the sign-in."""

    def is_due(self, step):
        return step is Step.VERIFY

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}


class VerifyView(_CodeView):
    form_class = VerifyForm
    template_name = "staff/verify.html"
    title = _("二次验证")


class RecoverView(_CodeView):
    form_class = RecoverForm
    template_name = "staff/recover.html"
    title = _("用恢复码登录")


class EnrolView(_CodeView):
    """Setting up the phone, at the first sign-in or in place of another phone."""

    template_name = "staff/enrol.html"
    title = _("设置二次验证")

    def is_due(self, step):
        return step is not Step.VERIFY

    def get_form_class(self):
        return EnrolForm if self.request.user.otp_device is None else ReplaceForm

    def get_form_kwargs(self):
        key = self.request.session.setdefault(_ENROLLING, second_factor.new_key())
        return super().get_form_kwargs() | {"key": key}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        device = second_factor.unsaved_device(self.request.user, context["form"].key)
        code = segno.make(device.config_url, error="m", micro=False)
        # Drawn from the address by segno: paths and numbers, no text of anybody's.
        svg = mark_safe(code.svg_inline(scale=4, light="#fff"))  # noqa: S308
        return context | {"qr_code": svg, "secret": second_factor.secret_text(device)}

    def form_valid(self, form):
        del self.request.session[_ENROLLING]
        return self.show_codes(form.recovery_codes)


class RecoveryCodesView(SecondFactorMixin, TemplateView):
    """How many recovery codes are left; a POST makes new ones."""

    template_name = "staff/recovery_codes.html"
    title = _("二次验证")

    def is_due(self, step):
        return step is None and self.request.user.otp_device is not None

    def get_context_data(self, **kwargs):
        left = second_factor.count_recovery_codes(self.request.user)
        return super().get_context_data(**kwargs) | {"codes_left": left}

    def post(self, request):
        return self.show_codes(second_factor.renew_recovery_codes(request=request))
