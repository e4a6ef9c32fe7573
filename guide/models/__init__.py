"""The guide: its domains, scenarios, measures and each city's way of doing them."""

from guide.models.calendar import CalendarSpan, WorkCalendar
from guide.models.measure import (
    Material,
    Measure,
    MeasureCitation,
    MeasureDepartment,
    Question,
    Step,
)
from guide.models.provision import Provision, ProvisionLink
from guide.models.reference import Domain, Guide, GuideCitation, Scenario
from guide.models.review import ProvisionReview

__all__ = [
    "CalendarSpan",
    "Domain",
    "Guide",
    "GuideCitation",
    "Material",
    "Measure",
    "MeasureCitation",
    "MeasureDepartment",
    "Provision",
    "ProvisionLink",
    "ProvisionReview",
    "Question",
    "Scenario",
    "Step",
    "WorkCalendar",
]
