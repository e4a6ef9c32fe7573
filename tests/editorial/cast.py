"""The cast of the editorial tests: members of staff with roles and places."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from staff.roles import ADMINISTRATOR, CITY_EDITOR, DOMAIN_EDITOR, REVIEWER
from tests.factories import make_city


def make_staff(name, *roles, cities=(), domains=(), **fields):
    """A member of staff in these groups; `cities` are slugs, `domains` rows."""
    user = get_user_model().objects.create_user(name, is_staff=True, **fields)
    user.groups.set([Group.objects.get(name=role) for role in roles])
    user.cities.set([make_city(slug) for slug in cities])
    user.domains.set(domains)
    return user


def make_city_editor(name="示例市级编辑", cities=("qingdao",)):
    return make_staff(name, CITY_EDITOR, cities=cities)


def make_domain_editor(name="示例领域编辑", domains=(), **fields):
    return make_staff(name, DOMAIN_EDITOR, domains=domains, **fields)


def make_reviewer(name="示例审核员"):
    return make_staff(name, REVIEWER)


def make_administrator(name="示例管理员"):
    return make_staff(name, ADMINISTRATOR)
