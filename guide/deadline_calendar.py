"""`…/deadline.ics?start=2026-03-02&city=qingdao`: the reader's own deadline for their calendar.

Stateless: all is in the address, nothing is kept of whoever asks.
"""

from django.http import Http404
from django.utils.translation import gettext as _

from guide.calculator import calculator
from guide.comparison import limit_of
from publishing.pages import entry_page
from publishing.short_addresses import public_address
from publishing.templatetags.documents import duration
from qingdao_portal.calendar_files import Day, calendar_response
from qingdao_portal.front_door import error_response
from qingdao_portal.parameters import takes


@takes("start", "city")
@entry_page("measure")
def measure_deadline(request, edition):
    """The dates that the calculator of the page names. Http404 where nothing can be counted."""
    measure = edition.item
    city = request.GET.get("city", "")
    promised = _promised(measure, city)
    counted = calculator(request, promised=promised, statutory=measure["statutory_limit"])
    if counted is None:
        raise Http404(_("这一条没有可以计算的时限。"))
    if counted["start"] is None:
        errors = counted["form"].errors.get("start") or [_("请填受理的日期。")]
        return error_response(request, 400, errors[0])
    days = [_day(measure, city, counted, number) for number in range(len(counted["results"]))]
    return calendar_response(measure["title"], days, filename=f"deadline-{measure['slug']}.ics")


def _promised(measure, city):
    """The time limit that the city of this slug promises, the measure's own without one."""
    if not city:
        return measure["promised_limit"]
    for provision in measure["provisions"]:
        if provision["city"]["slug"] == city:
            return limit_of(measure, provision)
    raise Http404(_("五市中没有这个城市。"))


def _day(measure, city, counted, number):
    result, start = counted["results"][number], counted["start"]
    is_estimate = bool(result.deadline.missing_years)
    what = f"{result.label}{duration(result.limit)}"
    lines = [
        _("受理的日期:%s") % start.isoformat(),
        what + (_("(估算)") if is_estimate else ""),
        _("本站的算法:受理的第二天算第1天。结果只供参考,以受理时告知的日期为准。"),
    ]
    return Day(
        key=f"deadline-{measure['id']}-{city or 'all'}-{start.isoformat()}-{number}",
        title=_("最晚办结:%(title)s(%(what)s)") % {"title": measure["title"], "what": what},
        text="\n".join(lines),
        url=public_address(measure["url"]),
        first=result.deadline.day,
        last=result.deadline.day,
        changed_at=measure["updated_at"],
        version=measure["edition"],
        is_certain=not is_estimate,
        reminds=True,
    )
