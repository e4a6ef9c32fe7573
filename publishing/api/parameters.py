"""Query parameters, strictly: each known, given once, not empty and of its form.

A parameter that is silently left out gives an integrator wrong data without a word; every one
that cannot be used is therefore refused by name.
"""

import datetime
import re

from django.utils.translation import gettext as _

from publishing.api.problems import ParameterError

_INTEGER = re.compile(r"[0-9]{1,18}")
# RFC 3339. `fromisoformat` alone takes week dates and times without an offset too.
_MOMENT = re.compile(
    r"([0-9]{4})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
_EARLIEST = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_LATEST = datetime.datetime.max.replace(tzinfo=datetime.UTC)


def check_query(query, known):
    """Refuse the query if it holds more than each of the `known` parameters once."""
    errors = [(name, problem) for name in query if (problem := _problem_of(query, name, known))]
    if errors:
        raise ParameterError(*errors)


def _problem_of(query, name, known):
    if name not in known:
        return _("没有这个参数。可用的参数:%s。") % ("、".join(sorted(known)) or _("无"))
    values = query.getlist(name)
    if len(values) > 1:
        return _("只能出现一次。")
    return None if values[0].strip() else _("不能为空;不需要就不要写。")


def read_integer(query, name, *, default, minimum, maximum=None):
    """The parameter as an integer in its range. Raises ParameterError."""
    text = query.get(name)
    if text is None:
        return default
    if not _INTEGER.fullmatch(text):
        raise ParameterError((name, _("须为整数(最多18位数字)。")))
    number = int(text)
    if number < minimum or (maximum is not None and number > maximum):
        limits = f"≥ {minimum}" if maximum is None else f"{minimum}–{maximum}"
        raise ParameterError((name, _("须在范围内:%s。") % limits))
    return number


def read_flag(query, name):
    """The parameter as a boolean, False where it is absent. Raises ParameterError."""
    return read_choice(query, name, ["true", "false"], default="false") == "true"


def read_choice(query, name, choices, *, default):
    """The parameter as one of `choices`. Raises ParameterError that lists them."""
    value = query.get(name, default)
    if value not in choices:
        raise ParameterError((name, not_among(choices)))
    return value


def read_choices(query, name, choices):
    """The parameter as a list of `choices` separated by commas, all where it is absent."""
    if name not in query:
        return list(choices)
    values = query[name].split(",")
    if set(values) - set(choices):
        raise ParameterError((name, not_among(choices)))
    return values


def not_among(choices):
    """The sentence that refuses a value and says which there are."""
    return _("取值须为:%s。") % ("、".join(choices) or _("(目前没有可用的值)"))


def parse_moment(text):
    """An RFC 3339 date and time in UTC. Raises ValueError.

    PostgreSQL takes offsets up to 15:59, RFC 3339 up to 23:59. What Python cannot hold is as early
    or as late as can be.
    """
    text = text.upper()
    match = _MOMENT.fullmatch(text)
    if not match:
        raise ValueError(text)
    if match[1] == "0000":
        return _EARLIEST
    moment = datetime.datetime.fromisoformat(text)
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        return _EARLIEST if moment.year == datetime.MINYEAR else _LATEST
