"""What exports tell of entries beside their fields. An import ignores it."""

from django.utils.translation import gettext_lazy as _

from exchange.columns import FactColumn
from publishing.states import State

ENTRY_FACTS = (
    FactColumn("state", _("发布状态"), lambda entry: State(entry.state).label),
    FactColumn("edition", _("版次"), lambda entry: entry.edition and entry.edition["number"]),
    FactColumn("workflow_state", _("流程状态"), lambda entry: entry.get_workflow_state_display()),
    FactColumn("version", _("修改次数"), lambda entry: entry.version),
)
