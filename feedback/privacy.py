"""What the portal knows of readers, for how long, and what they may ask for."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.models import contact_days
from qingdao_portal.parameters import takes
from search.tasks import KEEP_DAYS


@takes()
@require_safe
def privacy(request):
    """The numbers are those of the settings, which the worker and backups keep to."""
    context = {
        "answer_days": settings.FEEDBACK_ANSWER_DAYS,
        "contact_days": contact_days(),
        "keep_days": settings.FEEDBACK_KEEP_DAYS,
        "word_days": KEEP_DAYS,
        "backup_days": settings.BACKUP_KEEP_DAYS if settings.BACKUP_RECIPIENTS else 0,
    }
    return render(request, "feedback/privacy.html", context)
