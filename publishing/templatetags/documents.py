"""Print published documents: codes as Chinese words, dates in their precision, phone links."""

import datetime
import re
from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing.registry import kinds
from publishing.translations import state_of
from qingdao_portal.dates import date_in_words

register = template.Library()

LABELS = {
    "provision_status": {
        "implemented": _("已落实"),
        "announced": _("已公布"),
        "in_progress": _("推进中"),
        "unavailable": _("暂未开通"),
        "not_applicable": _("不适用"),
        "unverified": _("未核实"),
    },
    "provision_hint": {
        "implemented": _("本市已确认"),
        "announced": _("有来源,本市未确认"),
        "unverified": _("公开资料未说明"),
    },
    "mode": {
        "online": _("全程网办"),
        "cross_city_proxy": _("异地代收代办"),
        "joint": _("多地联办"),
        "single_city": _("单城办理"),
    },
    "channel": {
        "online": _("线上"),
        "window": _("窗口"),
        "phone": _("电话"),
        "self_service": _("自助"),
    },
    "unit": {
        "minute": _("%d分钟"),
        "hour": _("%d小时"),
        "day": _("%d天"),
        "working_day": _("%d个工作日"),
        "month": _("%d个月"),
    },
    "scope": {
        "corridor": _("线路沿线"),
        "city": _("仅一个市"),
        "jiaodong": _("胶东五市"),
        "province": _("全省"),
        "national": _("全国"),
    },
    "role": {"lead": _("牵头"), "joint": _("配合"), "issuer": _("发文")},
    "fee": {"free": _("不收费"), "charged": _("收费")},
    "project_status": {
        "unknown": _("未核实"),
        "not_started": _("未开始"),
        "in_progress": _("进行中"),
        "completed": _("已完成"),
        "delayed": _("滞后"),
    },
    "timeliness": {
        "early": _("比计划早"),
        "in_time": _("按计划完成"),
        "late": _("比计划晚"),
    },
    "circle": {
        "transport": _("交通圈"),
        "industry": _("产业圈"),
        "living": _("生活圈"),
        "safety": _("安全圈"),
    },
    "zone_kind": {
        "signed_2025": _("2025年联席会议签约"),
        "approved_2022": _("2022年获批"),
        "other": _("其他"),
    },
    "agreement_kind": {
        "agreement": _("协议"),
        "action_plan": _("行动方案"),
        "plan": _("规划"),
    },
    "kind": {"measure": _("指南条目"), "project": _("实事项目"), "zone": _("合作区")},
    "event": {
        "published": _("发布"),
        "minor": _("小幅更新"),
        "moved": _("网址变更"),
        "withdrawn": _("撤回"),
    },
    "date_kind": {
        "published": _("发布"),
        "event": _("(事件日期)"),
        "inferred_from_url": _("(据网址推断)"),
    },
    "link_kind": {
        "official": _("官方发布"),
        "media": _("媒体报道"),
        "dataset": _("数据集"),
        "repost": _("转载,无可引原址"),
        "none": _("没有来源页"),
    },
    "weekday": {
        1: _("周一"),
        2: _("周二"),
        3: _("周三"),
        4: _("周四"),
        5: _("周五"),
        6: _("周六"),
        7: _("周日"),
    },
}

SCENARIO_ICONS = {
    "intercity-commute": "scenario-commute",
    "seeing-a-doctor": "scenario-hospital",
    "changing-jobs": "scenario-job",
    "retirement-elsewhere": "scenario-elder",
    "buying-a-home": "scenario-key",
    "papers": "domain-documents",
    "travel-and-culture": "scenario-suitcase",
    "asserting-rights": "domain-rights",
}


class Badge(NamedTuple):
    """How well an entry is shown to belong to what it stands under."""

    tone: str
    label: str
    explanation: str


_EXPLICIT = Badge(
    "confirmed",
    _("报道确认收入指南"),
    _("公开报道写明这一项在《行动指南》里。"),
)
_CONTEXTUAL = Badge(
    "mentioned",
    _("报道随指南介绍"),
    _("报道在介绍《行动指南》的段落里举了这个例子,没有逐字说明它是28项之一。"),
)
_NAMED = Badge("confirmed", _("报道点名"), _("公开报道点了它的名字。"))
_UNSOURCED = Badge("unsourced", _("未找到可引来源"), _("没有找到可以引用的公开来源。"))
_POLICY = {
    "measure": Badge(
        "policy",
        _("同领域已公布政策,未确认在28项内"),
        _("这是同一领域真实公布的政策。指南全文没有公开,不能确认它在28项之内。"),
    ),
    "project": Badge(
        "policy",
        _("同期进展,未确认在十大实事内"),
        _("这是同一时期真实的进展,没有证据表明它属于十大实事。"),
    ),
    "zone": Badge(
        "policy",
        _("已公布政策,未在2025年会议报道中点名"),
        _("这是另有公开来源的合作,不在2025年联席会议报道点名的签约组合里。"),
    ),
}
_GENERAL_POLICY = Badge("policy", _("有公开来源"), _("有公开发布的政策或报道为据。"))


@register.filter
def label(code, table):
    """The words for a code of a document; '' for a code without words."""
    return LABELS[table].get(code, "")


@register.filter
def badge(item):
    """The evidence badge of an entry or of a hotline."""
    evidence = item.get("evidence")
    if evidence == "named_in_guide":
        return _EXPLICIT if item.get("guide_confidence") == "explicit" else _CONTEXTUAL
    if evidence == "named_in_announcement":
        return _NAMED
    if evidence == "published_policy":
        return _POLICY.get(item.get("kind"), _GENERAL_POLICY)
    return _UNSOURCED


@register.simple_tag
def measure_badges():
    """The three badges that a measure can carry, for the page that explains them."""
    return [_EXPLICIT, _CONTEXTUAL, _POLICY["measure"]]


@register.simple_tag(takes_context=True)
def translation_state(context):
    """How far the entry of the page is translated into its language; '' for a page without one."""
    item = next((context[kind] for kind in kinds if kind in context), None)
    return state_of(item) if item else ""


@register.filter
def duration(limit):
    """A time limit in words: 9个工作日; '' where none is known."""
    if not limit:
        return ""
    if limit["unit"] == "immediate":
        return gettext("即时办结")
    return LABELS["unit"][limit["unit"]] % limit["value"]


def _iso_text(value):
    """ISO text of a partial date, a day or a moment (the day it was in local time)."""
    if isinstance(value, dict):
        return value["value"]
    if isinstance(value, str) and len(value) > 10:
        value = datetime.datetime.fromisoformat(value)
    if isinstance(value, datetime.datetime):
        value = timezone.localdate(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


@register.filter
def as_time(value):
    """A `<time>` that says no more than is known: a month stays a month. '' for nothing."""
    iso = _iso_text(value)
    if not iso:
        return ""
    return format_html('<time datetime="{}">{}</time>', iso, date_in_words(iso))


@register.filter
def tel(number):
    """The address that dials a phone number, spaces and dashes left out."""
    return "tel:" + re.sub(r"[^+\d]", "", number)


@register.filter
def count(counts, facet):
    """How many entries of a kind have a facet, e.g. `domain:medical`; 0 before any is loaded."""
    return (counts or {}).get(facet, 0)


@register.filter
def times(number):
    """Something to repeat a part `number` times; None counts as nought."""
    return range(number or 0)


@register.filter
def in_domain(measures, slug):
    """Those of `measures` that belong to the domain, in their order."""
    return [measure for measure in measures if measure["domain"]["slug"] == slug]


@register.filter
def by_domain(measures):
    """`[(domain, measures)]`, domains in the order in which they first come up."""
    groups = {}
    for measure in measures:
        domain = measure["domain"]
        groups.setdefault(domain["slug"], (domain, []))[1].append(measure)
    return list(groups.values())


@register.filter
def provision_for(measure, city_slug):
    """How the city does the measure."""
    return next(p for p in measure["provisions"] if p["city"]["slug"] == city_slug)


@register.filter
def provisions_between(measure, reader):
    """How the cities that the reader chose do the measure, in the order of the journey."""
    return [provision_for(measure, slug) for slug in reader.cities] if reader else []


@register.filter
def provision_cities(measure):
    """The five cities of a measure."""
    return [provision["city"] for provision in measure["provisions"]]


@register.filter
def provision_counts(measures, city_slug):
    """`[(status, number of measures)]` of one city, best first, absent ones left out."""
    statuses = [provision_for(measure, city_slug)["status"] for measure in measures]
    counts = ((status, statuses.count(status)) for status in LABELS["provision_status"])
    return [(status, number) for status, number in counts if number]


@register.filter
def paired(first, second):
    """Both lists walked together."""
    return list(zip(first, second, strict=True))


@register.filter
def scenario_icon(slug):
    """The icon of a scenario; a compass for one that has none of its own."""
    return SCENARIO_ICONS.get(slug, "compass")
