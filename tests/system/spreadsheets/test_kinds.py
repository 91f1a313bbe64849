"""Kinds register once and are found by name."""

from dataclasses import dataclass, field

import pytest

from sop_app.kernel.errors import NotFoundError
from sop_app.system.auth.permissions import Permission
from sop_app.system.spreadsheets import kinds
from sop_app.system.spreadsheets.field_types import CodeType, TextType
from sop_app.system.spreadsheets.mapping import TargetField


@dataclass(frozen=True)
class Suppliers:
    """A kind as a feature declares it; only what registering looks at."""

    name: str = "suppliers"
    title: str = "Suppliers"
    permission: Permission = Permission.PRODUCTS_EDIT
    fields: tuple = field(
        default=(
            TargetField("code", "Supplier", CodeType(), is_required=True, synonyms=("Vendor ID",)),
            TargetField("name", "Name", TextType()),
        )
    )
    key_fields: tuple = ("code",)
    options: tuple = ()


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})


def test_a_kind_is_found_by_its_name():
    kind = Suppliers()
    kinds.register_kind(kind)
    kinds.register_kind(kind)
    assert kinds.find_kind("suppliers") is kind
    assert kinds.all_kinds() == [kind]
    assert kinds.known_names(kind) == {"code", "supplier", "vendor id", "name"}


def test_an_unknown_kind_is_not_found():
    with pytest.raises(NotFoundError, match="import kind recipes"):
        kinds.find_kind("recipes")


def test_two_kinds_of_one_name_stop_the_start():
    kinds.register_kind(Suppliers())
    with pytest.raises(ValueError, match="two import kinds named suppliers"):
        kinds.register_kind(Suppliers(title="Other"))


def test_a_key_that_is_no_field_stops_the_start():
    with pytest.raises(ValueError, match="no field sku"):
        kinds.register_kind(Suppliers(key_fields=("sku",)))


def test_an_option_has_a_default():
    option = kinds.ImportOption("returns", "Returns", {"net": "Net them", "drop": "Leave out"})
    assert option.default == "net"
