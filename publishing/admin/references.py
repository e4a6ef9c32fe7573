"""Reference rows in the staff area: what they say is public as soon as it is saved."""

from contextlib import contextmanager

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import services
from publishing.admin.rows import RowAdmin
from publishing.forms import RowForm
from publishing.models import Edition


class OneChangeMixin:
    """Saves a row and its children as one change, so that each entry gets one minor edition."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with self._one_change(request):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        with self._one_change(request):
            return super().delete_view(request, object_id, extra_context)

    def delete_queryset(self, request, queryset):
        with services.batched_quotes():
            for row in queryset:
                row.delete()

    @contextmanager
    def _one_change(self, request):
        """Batch what a post saves, and say how many public entries it brought up to date."""
        if request.method != "POST":
            yield
            return
        with transaction.atomic():
            services.lock_publishing()  # before any row is locked
            before = _newest_sequence()
            with services.batched_quotes():
                yield
            count = _newest_sequence() - before
        if count:
            text = _("同时更新了%d个引用它的公开条目(小幅更新)。") % count
            self.message_user(request, text, messages.SUCCESS)


class ReferenceAdmin(OneChangeMixin, RowAdmin):
    """A row that published documents quote. It cannot be deleted while one does."""

    form = RowForm
    change_form_template = "admin/publishing/reference_change_form.html"
    import_note = gettext_lazy("导入后立即公开;引用这些内容的公开条目会同时更新。")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["effect_of_saving"] = self.effect_of_saving(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def effect_of_saving(self, obj):
        """What the public side will notice, in a sentence above the form. One query."""
        count = Edition.objects.quoting(obj.pk).count() if obj else 0
        if count:
            return _("保存后立即公开:引用它的%d个公开条目会同时更新。") % count
        return _("保存后立即公开;目前没有公开条目引用它。")

    def get_deleted_objects(self, objs, request):
        """Add to the reasons against deletion the public entries that quote the rows."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        quoting = Edition.objects.current().filter(references__overlap=[row.pk for row in objs])
        protected = [*protected, *(_("公开条目引用了它:%s") % edition for edition in quoting)]
        return deleted, counts, perms_needed, protected


def _newest_sequence():
    return Edition.objects.aggregate(newest=Max("id"))["newest"] or 0
