"""What can be imported. Each feature registers its kinds; the import service knows nothing else.

The life of an import, as the service (a batch in the database) and the screens see it::

    upload ──> read ──> map ──> preview ──> accept        every arrow can be repeated or cancelled
               │        │       │            └─ one transaction: rows, audit, batch = accepted
               │        │       └─ staged_change: one line per row, new/changed/unchanged/wrong
               │        └─ import_mapping, saved by name; questions answered
               └─ the rows as they were read (COPY, see `cells` and `staged_rows`)

Two sorts of kinds share this life and every screen:

* a `RowImport` is checked and compared row by row in Python (master data, prices, assignments,
  forecast templates; some ten thousand rows);
* a `BulkImport` does both in SQL over the staged rows (sales history; a million rows). It gets the
  same mapping and gives the same counts.

A kind never commits and never asks who acts: it gets the unit of work of its caller, whose acting
person decides what is seen and changed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sop_app.kernel.errors import NotFoundError
from sop_app.system.auth.permissions import Permission
from sop_app.system.spreadsheets.difference import DifferenceCounts, RowDifference
from sop_app.system.spreadsheets.mapping import Mapping, ResolvedMapping, TargetField
from sop_app.system.spreadsheets.validation import CellError, CheckedRow, Key

if TYPE_CHECKING:
    from sop_app.system.database import UnitOfWork


Progress = Callable[[int, int, str], Awaitable[None]]
"""Told about steps done, steps in all, and the stage; may raise to stop the work."""


async def no_progress(_done: int, _total: int, _stage: str) -> None:
    """Tell nobody how far the work is."""


@dataclass(frozen=True)
class ImportOption:
    """A choice on the mapping screen, such as what happens to rows without a customer.

    Attributes:
        name: Key in `Mapping.options`.
        title: Question shown to the user.
        choices: Stored answer to its title; the first is the default.
    """

    name: str
    title: str
    choices: MappingType[str, str]

    @property
    def default(self) -> str:
        """Give the answer that holds until the user chooses."""
        return next(iter(self.choices))


@dataclass(frozen=True)
class OptionFacts:
    """How many rows of a file an option is about, shown beside it.

    Attributes:
        option: Name of the option.
        row_count: Rows it concerns, for example 135,080 rows without customer.
        detail: What they hold, for example the codes that are no products; "" for nothing to say.
    """

    option: str
    row_count: int
    detail: str = ""


@dataclass(frozen=True)
class RowShare:
    """Rows of a file with the same fate: taken over, or left out for one reason.

    The shares of a file add up to all it holds.

    Attributes:
        title: The fate, for example "Rows without customer".
        row_count: Rows of the file.
        quantity: What they add up to.
        amount: What they are worth.
        is_taken: Whether they are imported.
    """

    title: str
    row_count: int
    quantity: Decimal
    amount: Decimal
    is_taken: bool


@dataclass(frozen=True)
class ImportContext:
    """What every step of an import knows.

    Attributes:
        uow: The transaction of the caller and the acting person.
        batch_id: The batch whose rows are staged.
        mapping: What the user confirmed, with the chosen options.
        resolved: The mapping applied to the sheet of this file.
        scope: What the file is bound to, for example the cycle and rep of a forecast template.
        progress: Told how far the work is; raises when its owner stops it.
    """

    uow: "UnitOfWork"
    batch_id: int
    mapping: Mapping
    resolved: ResolvedMapping
    scope: MappingType[str, object] = field(default_factory=dict)
    progress: Progress = no_progress

    def option(self, option: ImportOption) -> str:
        """Give the user's answer to an option, else its default."""
        return self.mapping.options.get(option.name, option.default)


@dataclass(frozen=True)
class ImportOutcome:
    """What accepting did, for the notice and the batch.

    Attributes:
        created: Records added.
        changed: Records changed.
        removed: Records removed, where a kind replaces what is stored.
    """

    created: int = 0
    changed: int = 0
    removed: int = 0


class ImportKind(Protocol):
    """What both sorts of kinds declare.

    Attributes:
        name: Word on the command line and in the database, for example ``customers``.
        title: Name on the screen, for example "Customers".
        permission: What the acting person needs, beside using imports at all.
        fields: What a file can fill, in the order of templates and exports.
        key_fields: The fields that identify a record; their columns must be mapped.
        options: Choices of the mapping screen.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def permission(self) -> Permission: ...
    @property
    def fields(self) -> Sequence[TargetField]: ...
    @property
    def key_fields(self) -> Sequence[str]: ...
    @property
    def options(self) -> Sequence[ImportOption]: ...


@runtime_checkable
class RowImport(ImportKind, Protocol):
    """A kind whose rows are checked and compared in Python."""

    async def load_references(self, context: ImportContext) -> dict[str, Collection[str]]:
        """Give the codes that exist, case-folded, per `ReferenceType.target`.

        A mapping of what may be written to the code as stored lets several names mean one record.
        Only what the acting person may see: a foreign code is as unknown as a wrong one.
        """
        ...

    def check_row(self, context: ImportContext, row: CheckedRow) -> Sequence[CellError]:
        """Find what is wrong between the cells of one row, for example an end before its start.

        It may settle ``row.values`` into the form that is stored, so that they compare equal.
        """
        ...

    async def load_current(
        self, context: ImportContext, keys: Collection[Key]
    ) -> dict[Key, MappingType[str, object]]:
        """Give the stored values of the records a file mentions, by key as `row_key` builds it."""
        ...

    async def accept(
        self, context: ImportContext, rows: AsyncIterator[RowDifference]
    ) -> ImportOutcome:
        """Store the new and changed rows, with their audit, inside the caller's transaction.

        Raises:
            ConflictError: A record has changed since the preview; nothing is stored.
        """
        ...


@runtime_checkable
class BulkImport(ImportKind, Protocol):
    """A kind that checks, compares and stores the staged rows of a batch in SQL.

    Attributes:
        one_of: Groups of fields; of each group at least one must be filled.
    """

    @property
    def one_of(self) -> Sequence[Sequence[str]]: ...

    async def count_options(self, context: ImportContext) -> Sequence[OptionFacts]:
        """Count the rows each option is about."""
        ...

    async def stage_changes(self, context: ImportContext) -> DifferenceCounts:
        """Check every staged row and write what accepting would do to ``staged_change``.

        Unchanged rows may be counted without a line of their own.
        """
        ...

    async def share_rows(self, context: ImportContext) -> Sequence[RowShare]:
        """Say what becomes of the rows `stage_changes` has checked, taken over or left out."""
        ...

    async def accept_staged(self, context: ImportContext) -> ImportOutcome:
        """Store what was previewed, with its audit, inside the caller's transaction.

        Raises:
            ConflictError: What is stored has changed since the preview; nothing is stored.
        """
        ...


AnyImport = RowImport | BulkImport
_kinds: dict[str, AnyImport] = {}


def register_kind(kind: AnyImport) -> None:
    """Make a kind known; called once per kind by the composition roots.

    Raises:
        ValueError: The name is taken, or a key field is not among the fields.
    """
    if kind.name in _kinds and _kinds[kind.name] is not kind:
        raise ValueError(f"There are two import kinds named {kind.name}.")
    names = {item.name for item in kind.fields}
    if unknown := set(kind.key_fields) - names:
        raise ValueError(f"{kind.name} has no field {', '.join(sorted(unknown))}.")
    _kinds[kind.name] = kind


def find_kind(name: str) -> AnyImport:
    """Give the kind of a name.

    Raises:
        NotFoundError: No kind has that name.
    """
    if name not in _kinds:
        raise NotFoundError("import kind", name)
    return _kinds[name]


def all_kinds() -> list[AnyImport]:
    """List the kinds in the order they were registered."""
    return list(_kinds.values())


def known_names(kind: ImportKind) -> frozenset[str]:
    """Collect the names by which a kind's fields are found, a help for finding the header row."""
    return frozenset(name for item in kind.fields for name in item.known_names)
