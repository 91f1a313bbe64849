"""What screens and routes see of an import."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.kinds import RowShare
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.system.spreadsheets.questions import Question

NOT_IMPORTED = ""


class BatchStatus(StrEnum):
    """How far an import is."""

    UPLOADED = "uploaded"
    REFUSED = "refused"
    READ = "read"
    PREVIEWED = "previewed"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        """Whether nothing can be done with the file any more."""
        return self in (BatchStatus.REFUSED, BatchStatus.ACCEPTED, BatchStatus.CANCELLED)


@dataclass(frozen=True)
class ImportCounts:
    """What accepting a file would do, in rows and in cells.

    Attributes:
        missing: Stored records that accepting takes away, where a kind replaces what is stored.
        changed_cells: Cells of changed rows that get another value.
        wrong_cells: Cells with an error.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    missing: int = 0
    changed_cells: int = 0
    wrong_cells: int = 0

    @property
    def total(self) -> int:
        """Count the rows of the file."""
        return self.new + self.changed + self.unchanged + self.wrong

    @property
    def effect(self) -> int:
        """Count the rows that accepting would store or take away."""
        return self.new + self.changed + self.missing


@dataclass(frozen=True)
class FieldView:
    """A field that a column can fill."""

    name: str
    title: str
    help: str
    is_needed: bool
    is_month_series: bool


@dataclass(frozen=True)
class ColumnView:
    """A column of the file, an example of what it holds, and the field it fills.

    Attributes:
        header: Title of the column, unique in its sheet.
        samples: The first distinct contents.
        field: Name of the field it fills, "" when it is not imported.
        month: For a column of a month series, its month as ISO date.
    """

    header: str
    samples: tuple[str, ...]
    field: str
    month: str = ""


@dataclass(frozen=True)
class OptionView:
    """A choice of the mapping screen, its answer, and how many rows it is about.

    Attributes:
        row_count: ``None`` while nobody has counted.
        detail: What these rows hold, "" for nothing to say.
    """

    name: str
    title: str
    choices: MappingType[str, str]
    answer: str
    row_count: int | None
    detail: str = ""


@dataclass(frozen=True)
class EarlierImport:
    """An import of the very same file."""

    batch_id: int
    status: BatchStatus
    at: datetime
    is_own: bool


@dataclass(frozen=True)
class BatchRow:
    """An import in the list of one's own."""

    id: int
    kind: str
    kind_title: str
    file_name: str
    status: BatchStatus
    counts: ImportCounts
    created_at: datetime
    accepted_at: datetime | None
    job_id: int | None


@dataclass(frozen=True)
class BatchFilter:
    """Which of one's own imports are listed.

    Attributes:
        find: Part of the file's name.
        kind: What they hold, a name of `all_kinds`; "" for all.
        status: A `BatchStatus`; "" for all.
    """

    find: str = ""
    kind: str = ""
    status: str = ""


@dataclass(frozen=True)
class BatchView:
    """One import with everything its screen shows, except the changes themselves.

    Attributes:
        version: Counts the changes of the mapping; accepting names the one that was shown.
        refusal: Why the file cannot be read; with one nothing else is known.
        sheets: Sheets of the file that hold something.
        row_count: Rows below the header.
        missing: Titles of fields that have to be filled and are not.
        questions: What the file does not tell and the user has to, still open.
        answers: Questions already answered, as (kind, column, answer).
        leaves_wrong_out: Whether accepting leaves the wrong rows out.
        removes: Whether the kind takes away what it counts as missing.
        outcome: What accepting did: created, changed, removed.
        header_row: Row that names the columns, as Excel shows it; 0 when there is none.
        shares: What becomes of the rows, where a kind leaves some out by choice; they add up to
            the file.
    """

    id: int
    version: int
    kind: str
    kind_title: str
    file_name: str
    file_size: int
    status: BatchStatus
    refusal: str
    sheet: str
    sheets: tuple[str, ...]
    row_count: int
    mapping: Mapping
    columns: tuple[ColumnView, ...]
    fields: tuple[FieldView, ...]
    missing: tuple[str, ...]
    questions: tuple[Question, ...]
    answered: tuple[Question, ...]
    options: tuple[OptionView, ...]
    counts: ImportCounts
    leaves_wrong_out: bool
    mapping_name: str
    earlier: EarlierImport | None
    outcome: MappingType[str, int]
    job_id: int | None
    created_at: datetime
    accepted_at: datetime | None
    header_row: int = 0
    shares: tuple[RowShare, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to be answered before the rows can be checked."""
        return not self.missing and not self.questions

    @property
    def blocks(self) -> bool:
        """Whether wrong rows keep the file from being accepted."""
        return bool(self.counts.wrong) and not self.leaves_wrong_out


@dataclass(frozen=True)
class ChangeCell:
    """One value of a row as it will be, and what becomes of the old one.

    Attributes:
        column: Key of the column.
        text: The value as it will be; of a wrong cell, as it stands in the file.
        state: new, changed, wrong, or "" for unchanged.
        old: The value that is replaced.
        message: Why the cell is wrong.
    """

    column: str
    text: str
    state: str = ""
    old: str = ""
    message: str = ""


@dataclass(frozen=True)
class ChangeLine:
    """What one row of the file would do.

    Attributes:
        row_number: As Excel shows it; 0 where a line sums up many rows.
        message: What is wrong with the row as a whole.
        net_change: By how much the line moves a figure, where it holds one that can be summed: the
            months of a row, or the amount of a month. A wrong line moves nothing.
    """

    row_number: int
    key: str
    outcome: RowOutcome
    cells: tuple[ChangeCell, ...]
    message: str = ""
    net_change: Decimal | None = None


@dataclass(frozen=True)
class ChangeColumn:
    """A column of a preview.

    Attributes:
        key: Names it in the cells.
        title: What heads it.
        is_number: Whether figures stand in it.
        decimals: The fewest decimals its figures are shown with; 2 for money.
    """

    key: str
    title: str
    is_number: bool = False
    decimals: int = 0


@dataclass(frozen=True)
class ChangePage:
    """Some of the lines of a preview.

    Attributes:
        total: Lines in all that match.
        line_counts: Lines in all by outcome, whether they match or not.
    """

    columns: tuple[ChangeColumn, ...]
    lines: tuple[ChangeLine, ...]
    total: int
    line_counts: MappingType[str, int]


@dataclass(frozen=True)
class SavedMapping:
    """A mapping kept by name."""

    id: int
    kind: str
    name: str
    updated_at: datetime


@dataclass(frozen=True)
class ImportResult:
    """What the command line tells about an import.

    Attributes:
        shares: What becomes of the rows, as in `BatchView`.
        changes: What is changed, where a kind sums it up, for example by month.
        earlier: The last import of the very same file.
        error_file: The file with its errors marked, when rows are wrong.
    """

    batch_id: int
    counts: ImportCounts
    is_accepted: bool
    errors: tuple[str, ...] = ()
    shares: tuple[RowShare, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    earlier: EarlierImport | None = None
    error_file: Path | None = None


def counts_of(stored: MappingType[str, Any]) -> ImportCounts:
    """Read counts as a batch keeps them."""
    return ImportCounts(**{name: stored.get(name, 0) for name in ImportCounts.__annotations__})


def shares_of(stored: MappingType[str, Any]) -> tuple[RowShare, ...]:
    """Read what becomes of the rows as a batch keeps it beside its counts."""
    return tuple(
        RowShare(
            share["title"],
            share["row_count"],
            Decimal(share["quantity"]),
            Decimal(share["amount"]),
            share["is_taken"],
        )
        for share in stored.get("shares", ())
    )
