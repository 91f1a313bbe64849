"""The code grants what the specification says, cell by cell."""

import pytest

from sop_app.system.auth.permissions import ROLE_PERMISSIONS, Permission, Role, permissions_of
from tests.system.auth.matrix import specified_permissions


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_the_specification_says(role):
    assert ROLE_PERMISSIONS[role] == specified_permissions()[role]


def test_every_permission_but_public_is_specified_for_somebody():
    specified = frozenset().union(*specified_permissions().values())
    assert specified == frozenset(Permission) - {Permission.PUBLIC}


def test_several_roles_add_up():
    both = permissions_of([Role.SALES_REP, Role.FINANCE_ANALYST])
    assert {Permission.FORECAST_EDIT, Permission.PRICES_EDIT} <= both
    assert permissions_of([]) == frozenset()
