"""Groups: the roles are as the portal sets them; others are made in Chinese words."""

import re

import pytest
from django.contrib.auth.models import Group, Permission

from staff.roles import DESCRIPTIONS, REVIEWER
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, send
from tests.editorial.cast import make_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return client_of(make_administrator())


def test_no_role_is_changed_or_deleted_whatever_is_posted(administrator):
    for name in DESCRIPTIONS:
        role = Group.objects.get(name=name)
        before = set(role.permissions.all())
        assert administrator.get(address_of(role, "change")).status_code == 200
        fields = {"name": "伪造", "permissions": [Permission.objects.first().pk]}
        for page, data in (("change", fields), ("delete", {"post": "yes"})):
            assert administrator.post(address_of(role, page), data).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [role.pk], "post": "yes"}
        administrator.post(address_of(Group), chosen)
        role.refresh_from_db()
        assert (role.name, set(role.permissions.all())) == (name, before)


def test_a_role_says_what_it_allows_in_chinese(administrator):
    page = administrator.get(address_of(Group.objects.get(name=REVIEWER), "change"))
    text = page.content.decode()
    assert "指南 | 举措 | 查看" in text
    assert "可以发布和撤回举措" in text
    assert not re.search(r"Can (add|change|delete|view)", text)


def test_a_group_of_ones_own_is_given_permissions_by_their_chinese_names(administrator):
    form = administrator.get(address_of(Group, "add")).content.decode()
    number = re.search(r'<option value="(\d+)">指南 \| 举措 \| 查看</option>', form)[1]
    names = "".join(re.findall(r"<option[^>]*>(.*?)</option>", form))
    assert not re.search(r"[A-Za-z]{3}", names)
    assert send(administrator, address_of(Group, "add"), name="示例组", permissions=number).url
    group = Group.objects.get(name="示例组")
    assert [p.codename for p in group.permissions.all()] == ["view_measure"]
