"""The page with the customer form."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.cards import card
from sop_app.ui.components.conflict_dialog import ConflictActs, conflict_dialog
from sop_app.ui.components.dialogs import Act, form_buttons
from sop_app.ui.components.forms import Field, form_section, select_field, text_field
from sop_app.ui.components.messages import skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.suggestions import suggesting_field
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import CustomerFormState

S: Bound = CustomerFormState

STATUSES = [("active", "Active"), ("inactive", "Inactive")]


def customer_form_page() -> rx.Component:
    """Show the form of a customer."""
    acts = ConflictActs(S.take_theirs, S.keep_mine, S.show_conflict)
    return page_template(
        page_header(S.title),
        rx.box(
            card(rx.cond(S.is_loading, skeleton_table(), _form())), max_width="760px", width="100%"
        ),
        conflict_dialog(S.conflict, S.conflict_fact, S.has_conflict, acts),
        route="/customers/edit",
        crumbs=[Crumb("Data"), Crumb("Customers", "/customers"), Crumb(S.title)],
        permission=Permission.CUSTOMERS_EDIT,
    )


def _form() -> rx.Component:
    cancel = secondary_button("Cancel", href=S.back)
    return rx.form(
        rx.flex(_identity(), _market(), _terms(), direction="column", gap="24px"),
        form_buttons(Act("Save customer", None, "check"), cancel),
        on_submit=S.save,
        key=S.form_key,
        no_validate=True,
    )


def _identity() -> rx.Component:
    return form_section(
        "Customer",
        text_field(
            _field("code", "Code", "As it stands in your files and on invoices.", True),
            default_value=S.fields["code"],
            auto_focus=True,
        ),
        text_field(_field("name", "Name", "", True), default_value=S.fields["name"]),
        select_field(
            _field("status", "Status", "An inactive customer is no longer planned."),
            STATUSES,
            default_value=S.fields["status"],
        ),
    )


def _market() -> rx.Component:
    return form_section(
        "Market",
        suggesting_field(
            _field("channel", "Channel"), S.channels, default_value=S.fields["channel"]
        ),
        suggesting_field(_field("region", "Region"), S.regions, default_value=S.fields["region"]),
        suggesting_field(
            _field("territory", "Territory"), S.territories, default_value=S.fields["territory"]
        ),
        select_field(
            _field("sales_rep_id", "Sales rep", "Sees the customer and enters its forecast."),
            S.sales_reps,
            default_value=S.fields["sales_rep_id"],
        ),
    )


def _terms() -> rx.Component:
    return form_section(
        "Terms",
        text_field(
            _field("currency", "Currency", "The same for all customers; see Settings."),
            default_value=S.fields["currency"],
            read_only=True,
        ),
        suggesting_field(
            _field("payment_terms", "Payment terms"),
            S.terms,
            default_value=S.fields["payment_terms"],
        ),
    )


def _field(name: str, label: str, hint: str = "", is_required: bool = False) -> Field:
    return Field(name, label, S.errors[name].to(str), hint, is_required)
