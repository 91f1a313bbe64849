"""What an uploaded template would change, before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sop_app.system.spreadsheets.validation import CellError


@dataclass(frozen=True, slots=True)
class UploadedCell:
    """One figure that would change. ``old`` is text where the cell holds an error now."""

    row_number: int
    entry_id: int
    customer_name: str
    product_name: str
    month_index: int
    month: date
    old: int | str | None
    new: int | None


@dataclass(frozen=True, slots=True)
class UploadPreview:
    """The difference between an uploaded template and what is stored.

    Attributes:
        file_id: Names the upload when it is accepted.
        fingerprint: Stands for this very difference; acceptance is refused when it has changed.
        row_count: Rows of the file.
        changed_row_count: Rows of it with a figure that would change.
        cells: The figures that would change, in the order of the file.
        errors: Wrong cells, with row numbers as Excel shows them; with one of them nothing can be
            accepted.
        absent_count: Own rows the file does not hold; they stay as they are.
        quantity_change: By how much the total would move, in units.
    """

    file_id: int
    file_name: str
    fingerprint: str
    row_count: int
    changed_row_count: int
    cells: tuple[UploadedCell, ...]
    errors: tuple[CellError, ...]
    absent_count: int
    quantity_change: int

    @property
    def wrong_row_count(self) -> int:
        """Count the rows with a wrong cell."""
        return len({error.row for error in self.errors})

    @property
    def unchanged_row_count(self) -> int:
        """Count the rows that would stay as they are."""
        return self.row_count - self.changed_row_count - self.wrong_row_count

    @property
    def is_acceptable(self) -> bool:
        """Tell whether accepting would store something."""
        return bool(self.cells) and not self.errors

    @property
    def acceptable_cells(self) -> tuple[UploadedCell, ...]:
        """List the figures that would change in rows without an error."""
        wrong = {error.row for error in self.errors}
        return tuple(cell for cell in self.cells if cell.row_number not in wrong)


@dataclass(frozen=True, slots=True)
class UploadedRow:
    """One row of an uploaded template beside what is stored.

    Attributes:
        row_number: As Excel shows it.
        customer: Name of the customer; the code where the row is not one's own.
        product: Name of the product, "" where the row is not one's own.
        sku: Code of the product.
        old: What is stored, by month; empty where the row is not one's own.
        new: What the file holds, by month; a wrong cell holds its text.
        wrong: Month index to the reason why the cell is wrong.
        message: What is wrong with the row as a whole.
    """

    row_number: int
    customer: str
    product: str
    sku: str
    old: tuple[int | str | None, ...]
    new: tuple[int | str | None, ...]
    wrong: Mapping[int, str]
    message: str

    @property
    def is_wrong(self) -> bool:
        """Tell whether something of the row cannot be stored."""
        return bool(self.wrong or self.message)

    @property
    def changed(self) -> list[int]:
        """List the months whose figure would change."""
        pairs = zip(self.old, self.new, strict=False)
        return [
            index
            for index, (old, new) in enumerate(pairs)
            if old != new and index not in self.wrong
        ]

    @property
    def net_change(self) -> int:
        """Tell by how many units the row would move; a wrong row moves nothing."""
        if self.is_wrong:
            return 0
        return sum(_units(self.new[index]) - _units(self.old[index]) for index in self.changed)


@dataclass(frozen=True, slots=True)
class UploadView:
    """An uploaded template as its page shows it: the difference and every row.

    Attributes:
        preview: The difference, with the fingerprint that acceptance names.
        months: First days of the months, in order.
        rows: Every row of the file, in its order.
    """

    preview: UploadPreview
    months: tuple[date, ...]
    rows: tuple[UploadedRow, ...]


def _units(content: int | str | None) -> int:
    return content if isinstance(content, int) else 0
