"""The planning grid of the forecast entry page as a planner works it: keys, mouse, clipboard."""

import re

from playwright.sync_api import Locator, Page, expect

MARK, CUSTOMER, PRODUCT, CODE, STATUS, FIRST_MONTH, TOTAL, PRICE = 0, 1, 2, 3, 4, 5, 21, 22
HEADER_HEIGHT, ROW_HEIGHT, MARK_WIDTH = 52, 28, 26
FIRST_MONTH_AT, AMOUNT_WIDTH = 504, 60
HEADERS = {"Customer": 100, "Product": 256, "Jan": 530}
COLOUR_AT = """([x, y]) => {
    const canvas = document.querySelector("#forecast-grid canvas");
    const scale = canvas.width / canvas.getBoundingClientRect().width;
    const [red, green, blue] = canvas.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data;
    return "#" + [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
}"""
PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
    document.activeElement.dispatchEvent(event);
}"""


class Grid:
    """The grid of one tab; columns count from the row mark (0), rows from the first (0)."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def cell(self, column: int, row: int) -> Locator:
        """Find a cell that is on the screen."""
        return self.page.get_by_test_id(f"glide-cell-{column}-{row}")

    def shows(self, column: int, row: int, text: str) -> None:
        """Wait until a cell shows a text."""
        expect(self.cell(column, row)).to_have_text(text)

    def has_rows(self, count: int) -> None:
        """Wait until the grid shows so many rows and their totals below."""
        expect(self.cell(CUSTOMER, count)).to_have_text(re.compile(f"^Total of {count} row"))

    def select(self, column: int, row: int) -> None:
        """Choose a cell: a click on the row's customer, then arrows."""
        box = self.page.locator("#forecast-grid canvas").first.bounding_box()
        assert box
        y = box["y"] + HEADER_HEIGHT + (row + 0.5) * ROW_HEIGHT
        self.page.mouse.click(box["x"] + MARK_WIDTH + 40, y)
        expect(self.cell(CUSTOMER, row)).to_have_attribute("aria-selected", "true")
        self.press(*["ArrowRight"] * (column - CUSTOMER))
        self.is_selected(column, row)

    def sort_by(self, title: str) -> None:
        """Click a column's header; the columns of the demo company's grid have these places."""
        box = self.page.locator("#forecast-grid canvas").first.bounding_box()
        assert box
        self.page.mouse.click(box["x"] + HEADERS[title], box["y"] + HEADER_HEIGHT - 14)

    def ground(self, column: int, row: int) -> str:
        """Tell the colour a month's cell is painted with in the unit EUR, near its left edge."""
        x = FIRST_MONTH_AT + (column - FIRST_MONTH) * AMOUNT_WIDTH + 5
        y = HEADER_HEIGHT + (row + 0.5) * ROW_HEIGHT
        return self.page.evaluate(COLOUR_AT, [x, y])

    def is_selected(self, column: int, row: int) -> None:
        """Wait until a cell is the active one."""
        expect(self.cell(column, row)).to_have_attribute("aria-selected", "true")

    def active_cell(self) -> tuple[int, int]:
        """Tell the column and row of the active cell."""
        found = self.page.locator("[data-testid^=glide-cell][aria-selected=true]").first
        _, _, column, row = str(found.get_attribute("data-testid")).split("-")
        return int(column), int(row)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def enter(self, text: str) -> None:
        """Type into the active cell and confirm, which moves down."""
        self.page.keyboard.type(text)
        self.press("Enter")

    def paste(self, text: str) -> None:
        """Paste what Excel would put on the clipboard."""
        self.page.evaluate(PASTE, text)

    def is_saved(self) -> None:
        """Wait until the page says that what was entered is stored."""
        expect(self.page.get_by_text("Saved ", exact=False).first).to_be_visible()


def open_grid(page: Page) -> Grid:
    """Wait until the forecast entry page shows figures."""
    grid = Grid(page)
    expect(grid.cell(PRODUCT, 0)).not_to_be_empty()
    return grid


def fill_rows(page: Page, grid: Grid, chip: str, rows: int) -> None:
    """Paste a figure into every mandatory month of the rows a chip leaves."""
    expect(page.get_by_role("button", name=chip)).to_contain_text(str(rows))
    grid.has_rows(rows)
    grid.select(FIRST_MONTH, 0)
    grid.paste("\n".join(["\t".join(["10"] * 12)] * rows))
    grid.shows(FIRST_MONTH + 11, rows - 1, "10")
    grid.is_saved()
    expect(page.get_by_role("button", name=chip)).to_contain_text("0")
