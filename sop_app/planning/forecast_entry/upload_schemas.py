"""What an uploaded template would change, before anything is stored."""

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
