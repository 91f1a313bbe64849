"""The planning grid in a browser, driven by keyboard, mouse and clipboard against its demo."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

JAN, APR, JUN, JUL, DEC, TOTAL = 5, 8, 10, 11, 16, 21
WIDTHS = [26, 148, 168, 76, 84, *[51] * 16, 64]
HEADER, ROW = 52, 28


class Grid:
    """The grid as a planner meets it: columns count from the row mark (0), rows from the first (0)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[str] = []
        self.received: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, socket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(str(frame)))
        socket.on("framereceived", lambda frame: self.received.append(str(frame)))

    def cell(self, column: int, row: int) -> Locator:
        return self.page.get_by_test_id(f"glide-cell-{column}-{row}")

    def shows(self, column: int, row: int, text: str) -> None:
        expect(self.cell(column, row)).to_have_text(text)

    def fact(self, name: str, value: object) -> None:
        expect(self.page.locator(f"#{name}")).to_have_text(str(value))

    def point(self, column: int, row: int) -> tuple[float, float]:
        box = self.page.locator("#plan canvas").first.bounding_box()
        assert box
        return box["x"] + sum(WIDTHS[:column]) + WIDTHS[column] / 2, box["y"] + HEADER + (
            row + 0.5
        ) * ROW

    def click(self, column: int, row: int) -> None:
        self.page.mouse.click(*self.point(column, row))
        expect(self.cell(column, row)).to_have_attribute("aria-selected", "true")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def paste(self, text: str) -> None:
        self.page.evaluate(
            """text => {
                const data = new DataTransfer();
                data.setData("text/plain", text);
                const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
                document.activeElement.dispatchEvent(event);
            }""",
            text,
        )

    def copied(self, kind: str = "copy") -> str:
        return self.page.evaluate(
            """kind => {
                const data = new DataTransfer();
                const event = new ClipboardEvent(kind, {clipboardData: data, bubbles: true, cancelable: true});
                document.activeElement.dispatchEvent(event);
                return data.getData("text/plain");
            }""",
            kind,
        )

    def sent_edit(self) -> str:
        return [frame for frame in self.sent if ".edit" in frame][-1]

    def answer(self) -> str:
        return [frame for frame in self.received if "patch" in frame][-1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
        )
        yield browser
        browser.close()


@pytest.fixture
def grid(browser: Browser, demo_url: str) -> Iterator[Grid]:
    page = browser.new_page(viewport={"width": sum(WIDTHS), "height": 760}, color_scheme="light")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    grid = Grid(page)
    page.goto(demo_url)
    grid.shows(1, 0, "Brennan Foodservice")
    yield grid
    page.close()
    assert problems == []


def test_it_opens_with_every_kind_of_cell_and_no_null(grid):
    grid.shows(JAN, 0, "300")
    grid.shows(4, 6, "1 error")
    grid.shows(7, 6, "n/a")
    grid.shows(DEC + 1, 9, "")
    expect(grid.page.locator("#plan canvas").first).not_to_contain_text("null")
    opening = max(len(frame) for frame in grid.received)
    assert opening < 150_000


def test_typing_replaces_at_the_first_key_and_enter_goes_down(grid):
    grid.click(JAN, 0)
    grid.type("1234")
    grid.press("Enter")
    grid.shows(JAN, 0, "1,234")
    grid.fact("edit_count", 1)
    expect(grid.cell(JAN, 1)).to_have_attribute("aria-selected", "true")
    assert len(grid.answer()) < 1000
    assert len(grid.sent_edit()) < 1000


def test_a_burst_of_typing_loses_nothing(grid):
    grid.click(JAN, 0)
    for number in range(8):
        grid.type(str(100 + number))
        grid.press("Enter")
    for number in range(8):
        grid.shows(JAN, number, str(100 + number))
    grid.fact("edit_count", 8)


def test_operators_change_the_figure(grid):
    grid.click(JAN, 0)
    for text, result in (("*1.1", "330"), ("+250", "580"), ("-5%", "551"), ("10k", "10,000")):
        grid.type(text)
        grid.press("Enter", "ArrowUp")
        grid.shows(JAN, 0, result)


def test_text_where_a_number_belongs_stays_and_says_why(grid):
    grid.click(JAN, 0)
    grid.type("soon")
    grid.press("Enter")
    grid.shows(JAN, 0, "soon")
    grid.shows(4, 0, "1 error")
    grid.press("ArrowUp")
    expect(grid.page.get_by_role("status")).to_have_text("'soon' is not a number. Example: 1,200")


def test_a_conflict_shows_the_other_figure_and_says_what_was_typed(grid):
    grid.click(JAN, 0)
    grid.type("13")
    grid.press("Enter", "ArrowUp")
    grid.shows(JAN, 0, "1,300")
    status = grid.page.get_by_role("status")
    expect(status).to_have_text("You typed 13. Tomás Rivera saved 1,300 meanwhile.")
    grid.type("20")
    grid.press("Enter", "ArrowUp")
    grid.shows(JAN, 0, "20")
    expect(status).to_have_text("")


def test_a_click_elsewhere_keeps_what_was_typed(grid):
    grid.click(JAN, 0)
    grid.type("42")
    grid.click(APR, 3)
    grid.shows(JAN, 0, "42")
    grid.type("43")
    grid.press("Enter")
    grid.shows(APR, 3, "43")


def test_escape_leaves_the_figure_and_f2_edits_it(grid):
    grid.click(JAN, 0)
    grid.type("77")
    grid.press("Escape")
    grid.press("F2")
    editor = grid.page.get_by_label("Jan 2027, Brennan Foodservice, Extra virgin olive oil 5 L")
    expect(editor).to_have_value("300")
    grid.press("End", "5", "Tab")
    grid.shows(JAN, 0, "3,005")
    grid.type("9")
    grid.press("Enter")
    grid.shows(JAN + 1, 0, "9")
    expect(grid.cell(JAN, 1)).to_have_attribute("aria-selected", "true")
    grid.fact("edit_count", 2)


def test_arrows_leave_a_cell_that_is_being_typed_but_not_one_being_edited(grid):
    grid.click(JAN, 0)
    grid.type("12")
    grid.press("ArrowRight")
    grid.shows(JAN, 0, "12")
    expect(grid.cell(JAN + 1, 0)).to_have_attribute("aria-selected", "true")
    grid.press("F2", "Home", "1", "Enter")
    grid.shows(JAN + 1, 0, "1,330")


def test_delete_clears_a_range_in_one_act(grid):
    grid.click(JAN, 0)
    grid.press("Shift+ArrowRight", "Shift+ArrowDown", "Delete")
    grid.shows(JAN, 0, "")
    grid.shows(JAN + 1, 1, "")
    grid.shows(4, 0, "2 missing")
    grid.fact("edit_count", 1)
    grid.fact("cell_count", 4)


def test_locked_cells_refuse_the_key_and_say_why(grid):
    grid.click(JUL, 8)
    grid.type("5")
    expect(grid.page.get_by_role("status")).to_have_text(
        "Sweet corn is discontinued from July 2027."
    )
    expect(grid.page.locator(".plan-grid-editor")).to_have_count(0)
    grid.fact("edit_count", 0)


def test_a_block_pasted_at_one_cell_skips_what_is_locked(grid):
    grid.click(JUN, 7)
    grid.paste("1\t2\r\n3\t4\r\n5\t6\r\n")
    for row, texts in ((7, ("1", "2")), (8, ("3", "0")), (9, ("5", "6"))):
        for column, text in zip((JUN, JUL), texts, strict=True):
            grid.shows(column, row, text)
    grid.fact("edit_count", 1)
    grid.fact("last_kind", "paste")
    grid.fact("skipped", "paste 1 Sweet corn is discontinued from July 2027.")


def test_a_block_repeats_over_an_exact_multiple(grid):
    grid.click(JAN, 0)
    grid.press(*["Shift+ArrowRight"] * 3, *["Shift+ArrowDown"] * 3)
    grid.paste("1\t2\n3\t4")
    grid.shows(JAN + 2, 2, "1")
    grid.shows(JAN + 3, 3, "4")
    grid.fact("cell_count", 16)
    grid.click(JAN, 5)
    grid.press("Shift+ArrowDown")
    grid.paste("8")
    grid.shows(JAN, 6, "8")
    grid.fact("edit_count", 2)


def test_a_paste_of_200_by_16_is_one_small_event(grid):
    grid.click(JAN, 0)
    grid.paste("\n".join("\t".join(str(1000 + r * 16 + c) for c in range(16)) for r in range(200)))
    grid.shows(DEC + 4, 0, "1,015")
    grid.fact("edit_count", 1)
    assert len(grid.sent_edit()) <= 40_000
    assert len(grid.answer()) <= 40_000
    grid.press("Control+ArrowDown")
    grid.press("Control+ArrowUp")
    grid.shows(DEC, 0, "1,011")


def test_a_paste_reaches_rows_that_are_not_loaded(grid):
    grid.click(JAN, 0)
    grid.paste("\n".join(str(n) for n in range(300)))
    grid.fact("cell_count", 300)
    assert '"start":200,"count":100' in grid.sent_edit()


def test_copy_gives_stored_values_as_tab_separated_text(grid):
    grid.click(2, 15)
    grid.press(*["Shift+ArrowRight"] * 4)
    assert grid.copied() == "Chickpeas 2.5 kg\tCHK-5203\t2 missing\t1015\t1025"
    grid.press("Control+a")
    assert grid.copied().count("\n") == 9_999
    grid.fact("skipped", "copy 9800 not loaded")


def test_cut_copies_and_clears(grid):
    grid.click(JAN, 0)
    assert grid.copied("cut") == "300"
    grid.shows(JAN, 0, "")


def test_fill_down_and_right(grid):
    grid.click(JAN, 0)
    grid.press("Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    grid.shows(JAN, 2, "300")
    grid.fact("last_kind", "fill")
    grid.click(APR, 0)
    grid.press("Shift+ArrowRight", "Control+r")
    grid.shows(APR + 1, 0, "360")
    grid.click(JUN, 1)
    grid.press("Control+d")
    grid.shows(JUN, 1, "335")
    grid.fact("edit_count", 3)


def test_the_fill_handle_repeats_the_range(grid):
    grid.click(JAN, 0)
    grid.press("Shift+ArrowDown")
    x, y = grid.point(JAN, 1)
    mouse = grid.page.mouse
    mouse.move(x + WIDTHS[JAN] / 2 - 3, y + ROW / 2 - 3)
    mouse.down()
    mouse.move(x, y + 2 * ROW, steps=4)
    mouse.up()
    grid.shows(JAN, 2, "300")
    grid.shows(JAN, 3, "370")
    grid.fact("edit_count", 1)


def test_undo_and_redo_go_to_the_server(grid):
    grid.click(JAN, 0)
    grid.press("Control+z", "Control+y", "Control+Shift+z")
    grid.fact("undo_count", 1)
    grid.fact("redo_count", 2)


def test_the_bar_adds_up_a_range_and_changes_it(grid):
    grid.click(APR, 3)
    grid.press("Shift+ArrowRight", "Shift+ArrowDown")
    bar = grid.page.get_by_role("toolbar", name="Selection")
    expect(bar).to_contain_text("Apr to May 2027, 2 rows")
    expect(bar).to_contain_text("Sum 1,600")
    expect(bar).to_contain_text("Average 400")
    expect(bar).to_contain_text("Count 4")
    grid.fact("selected", "4 2027-04 2x2")
    bar.get_by_label("Value").fill("5")
    bar.get_by_role("button", name="Apply").click()
    grid.shows(APR, 3, "446")
    expect(bar).to_contain_text("Sum 1,680")
    bar.get_by_role("radio", name="Set to").click()
    bar.get_by_label("Value").fill("1k")
    bar.get_by_label("Value").press("Enter")
    grid.shows(APR + 1, 4, "1,000")
    grid.fact("edit_count", 2)
    grid.fact("last_kind", "apply")


def test_the_server_adds_up_what_is_not_loaded(grid):
    grid.click(JAN, 0)
    grid.press("Control+Shift+ArrowDown")
    bar = grid.page.get_by_role("toolbar", name="Selection")
    expect(bar).to_contain_text("Jan 2027, 10,000 rows")
    expect(bar).to_contain_text("Count 10,000")
    expect(bar).not_to_contain_text("not loaded")


def test_the_last_row_is_one_key_away_and_the_window_follows(grid):
    grid.click(JAN, 0)
    grid.press("Control+ArrowDown")
    grid.shows(2, 9_999, "Extra virgin olive oil 5 L")
    grid.type("7")
    grid.press("Enter")
    grid.shows(JAN, 9_999, "7")


def test_comparison_rows_open_under_a_row_and_are_read_only(grid):
    grid.page.mouse.click(*grid.point(0, 2))
    grid.shows(2, 3, "Last year")
    grid.press("Enter")
    grid.shows(2, 3, "Basmati rice 10 kg")
    grid.press("Enter")
    grid.shows(2, 3, "Last year")
    grid.click(JAN, 3)
    grid.type("5")
    expect(grid.page.get_by_role("status")).to_have_text("Jan 2027 cannot be changed here.")
    grid.fact("edit_count", 0)


def test_headers_sort_and_the_selection_stays_on_its_row(grid):
    grid.click(JAN, 3)
    x, y = grid.point(2, 0)
    grid.page.mouse.click(x, y - ROW)
    grid.fact("sorted_by", "product")
    grid.shows(2, 1, "Basmati rice 10 kg")
    expect(grid.cell(JAN, 0)).to_have_attribute("aria-selected", "true")


def test_the_keyboard_can_leave_the_grid(grid):
    grid.click(JAN, 0)
    grid.press("Escape", "Tab", "Tab")
    inside = grid.page.evaluate("document.getElementById('plan').contains(document.activeElement)")
    assert not inside
    grid.fact("selected", "None None 0x0")


def test_the_colour_mode_changes_the_grid_at_once(grid):
    ground = """() => {
        const canvas = document.querySelector("#plan canvas");
        const scale = canvas.width / canvas.offsetWidth;
        return [...canvas.getContext("2d").getImageData(540 * scale, 75 * scale, 1, 1).data].join();
    }"""
    assert grid.page.evaluate(ground) == "255,255,255,255"
    grid.page.locator("#mode").click()
    grid.page.wait_for_timeout(300)
    assert grid.page.evaluate(ground) == "24,25,27,255"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing(grid, mode):
    grid.page.emulate_media(color_scheme=mode)
    grid.click(JAN, 0)
    grid.press("Shift+ArrowDown")
    grid.page.wait_for_timeout(300)
    found = Axe().run(grid.page, context="#plan").response["violations"]
    assert [(fault["id"], fault["impact"]) for fault in found] == []


def test_found_text_is_lit(grid):
    grid.page.get_by_placeholder("Find").fill("penne")
    grid.page.wait_for_timeout(500)
    colour = grid.page.evaluate(
        """() => {
            const canvas = document.querySelector("#plan canvas");
            const scale = canvas.width / canvas.offsetWidth;
            return [...canvas.getContext("2d").getImageData(335 * scale, 115 * scale, 1, 1).data].join();
        }"""
    )
    assert colour == "255,243,148,255"
