"""The page with the product form."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.cards import card
from sop_app.ui.components.conflict_dialog import ConflictActs, conflict_dialog
from sop_app.ui.components.dialogs import Act, form_buttons
from sop_app.ui.components.forms import (
    Field,
    form_section,
    number_field,
    select_field,
    text_area,
    text_field,
)
from sop_app.ui.components.messages import skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.suggestions import suggesting_field
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import ProductFormState

S: Bound = ProductFormState

STATUSES = [("new", "New"), ("active", "Active"), ("discontinued", "Discontinued")]


def product_form_page() -> rx.Component:
    """Show the form of a product."""
    acts = ConflictActs(S.take_theirs, S.keep_mine, S.show_conflict)
    return page_template(
        page_header(S.title),
        rx.box(
            card(rx.cond(S.is_loading, skeleton_table(), _form())), max_width="760px", width="100%"
        ),
        conflict_dialog(S.conflict, S.conflict_fact, S.has_conflict, acts),
        route="/products/edit",
        crumbs=[Crumb("Data"), Crumb("Products", "/products"), Crumb(S.title)],
        permission=Permission.PRODUCTS_EDIT,
    )


def _form() -> rx.Component:
    sections = rx.flex(_identity(), _place(), _money(), _supply(), direction="column", gap="24px")
    return rx.form(
        sections,
        form_buttons(Act("Save product", None, "check"), secondary_button("Cancel", href=S.back)),
        on_submit=S.save,
        key=S.form_key,
        no_validate=True,
    )


def _identity() -> rx.Component:
    return rx.box(
        form_section(
            "Product",
            text_field(
                _field("sku", "SKU", "As it stands in your files and on invoices.", True),
                default_value=S.fields["sku"],
                auto_focus=True,
            ),
            text_field(_field("name", "Name", "", True), default_value=S.fields["name"]),
        ),
        rx.box(
            text_area(_field("description", "Description"), default_value=S.fields["description"]),
            margin_top="16px",
        ),
    )


def _place() -> rx.Component:
    return form_section(
        "Where it belongs",
        select_field(
            _field("category_id", "Category"),
            S.categories,
            default_value=S.fields["category_id"],
        ),
        suggesting_field(
            _field("family", "Family", "Demand is reviewed by family."),
            S.families,
            default_value=S.fields["family"],
        ),
        suggesting_field(
            _field("unit", "Unit", "Of every quantity: cases, kg, pieces ...", True),
            S.units,
            default_value=S.fields["unit"],
        ),
        select_field(
            _field("status", "Status", "A discontinued product is no longer planned."),
            STATUSES,
            default_value=S.fields["status"],
        ),
    )


def _money() -> rx.Component:
    return form_section(
        "Cost and price per unit",
        number_field(_field("unit_cost", "Unit cost"), default_value=S.fields["unit_cost"]),
        number_field(
            _field("list_price", "List price", "Holds where a customer has no own price."),
            default_value=S.fields["list_price"],
        ),
    )


def _supply() -> rx.Component:
    return form_section(
        "Supply",
        number_field(
            _field("lead_time_days", "Lead time, days"), default_value=S.fields["lead_time_days"]
        ),
        number_field(
            _field("minimum_order_quantity", "Minimum order quantity"),
            default_value=S.fields["minimum_order_quantity"],
        ),
        suggesting_field(
            _field("manufacturing_location", "Made in"),
            S.locations,
            default_value=S.fields["manufacturing_location"],
        ),
    )


def _field(name: str, label: str, hint: str = "", is_required: bool = False) -> Field:
    return Field(name, label, S.errors[name].to(str), hint, is_required)
