"""What waits for whom: messages of readers without an answer."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models import Message
from staff import access
from upkeep.entry_lines import list_address
from upkeep.todo import Line, register


def open_messages(user, now):
    mine, today = access.changeable(user, Message.objects.all()), timezone.localdate(now)
    for group, state, messages in (
        (_("读者反馈,已超过答复期限"), "overdue", mine.overdue(today)),
        (_("读者反馈,待答复"), "waiting", mine.waiting(today)),
    ):
        yield Line(
            group=group,
            label=Message._meta.verbose_name,
            count=messages.count(),
            url=list_address(Message, state=state),
        )


register(open_messages, order=5)
