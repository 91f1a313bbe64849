"""Two people write into the same cell; the second sees what stands there before anything is lost."""

import pytest
from playwright.sync_api import expect

from tests.journeys.grid import CODE, CUSTOMER, FIRST_MONTH, open_grid

pytestmark = pytest.mark.browser


@pytest.fixture
def shared_cell(sign_in, installation):
    """A cell Sofia looks at while her colleague Tom, who stands in for her, writes 640 into it."""
    sofia, tom = sign_in("sofia.brandt"), sign_in("tom.whitaker")
    sofia.go("/forecast", "Forecast entry")
    grid = open_grid(sofia.page)
    customer, sku = (grid.cell(column, 0).inner_text() for column in (CUSTOMER, CODE))
    [(entry_id, customer_id)] = installation.rows(
        """SELECT e.id, e.customer_id FROM forecast_entry e
           JOIN cycle c ON c.id = e.cycle_id AND c.status = 'open'
           JOIN customer k ON k.id = e.customer_id AND k.name = %s
           JOIN product p ON p.id = e.product_id AND p.sku = %s""",
        customer,
        sku,
    )
    _hand_over(installation, entry_id, customer_id, tom.email)
    tom.go(f"/forecast?customer={customer_id}&find={sku}", "Forecast entry")
    other = open_grid(tom.page)
    other.select(FIRST_MONTH, 0)
    other.enter("640")
    other.shows(FIRST_MONTH, 0, "640")
    other.is_saved()
    _hand_over(installation, entry_id, customer_id, sofia.email)
    return sofia, grid, entry_id


def test_the_second_editor_sees_both_figures_and_uses_the_own(shared_cell, installation):
    sofia, grid, entry_id = shared_cell
    quantity = "SELECT quantities[1] FROM forecast_entry WHERE id = %s"
    grid.select(FIRST_MONTH, 0)
    grid.enter("555")
    dialog = sofia.page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Somebody else changed this cell")
    expect(dialog).to_contain_text("Tom Whitaker at")
    assert installation.value(quantity, entry_id) == 640
    dialog.get_by_role("button", name="Use 555").click()
    grid.shows(FIRST_MONTH, 0, "555")
    expect(dialog).to_have_count(0)
    assert installation.value(quantity, entry_id) == 555


def test_the_second_editor_keeps_the_others_figure(shared_cell, installation):
    sofia, grid, entry_id = shared_cell
    grid.select(FIRST_MONTH, 0)
    grid.enter("777")
    sofia.page.get_by_role("alertdialog").get_by_role("button", name="Keep 640").click()
    grid.shows(FIRST_MONTH, 0, "640")
    stored = installation.value("SELECT quantities[1] FROM forecast_entry WHERE id = %s", entry_id)
    assert stored == 640


def _hand_over(installation, entry_id: int, customer_id: int, email: str) -> None:
    person = "(SELECT id FROM app_user WHERE email = %s)"
    installation.change(
        f"UPDATE customer SET sales_rep_id = {person} WHERE id = %s", email, customer_id
    )
    installation.change(
        f"UPDATE forecast_entry SET sales_rep_id = {person} WHERE id = %s", email, entry_id
    )
