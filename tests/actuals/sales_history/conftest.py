"""Import sales files through the real reader, and read back what was stored."""

import csv
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sop_app.system import database
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.spreadsheets.difference import DifferenceCounts
from sop_app.system.spreadsheets.kinds import ImportContext, ImportOutcome
from sop_app.system.spreadsheets.mapping import Mapping, ResolvedMapping
from tests.actuals.sales_history.staging import staged_file

StageSales = Callable[..., Awaitable["Staged"]]
ImportSales = Callable[..., Awaitable["Imported"]]
WriteCsv = Callable[..., Path]
LINES_HEADER = ("Invoice", "Date", "Customer", "Product", "Description", "Quantity", "Unit price")


@dataclass(frozen=True)
class Imported:
    """What importing a file showed and did."""

    counts: DifferenceCounts
    facts: dict[str, int]
    outcome: ImportOutcome | None
    errors: dict[int, dict[str, str]]


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Write rows as a CSV file."""

    def write(
        rows: Sequence[Sequence[object]],
        header: Sequence[str] = LINES_HEADER,
        name: str = "sales.csv",
    ) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write


@dataclass(frozen=True)
class Staged:
    """A file whose rows are staged; every step is a transaction of its own."""

    kind: Any
    batch: tuple[int, Mapping, ResolvedMapping]

    async def count(self) -> dict[str, int]:
        async with database.unit_of_work() as uow:
            facts = await self.kind.count_options(ImportContext(uow, *self.batch))
        return {fact.option: fact.row_count for fact in facts}

    async def preview(self) -> DifferenceCounts:
        async with database.unit_of_work() as uow:
            return await self.kind.stage_changes(ImportContext(uow, *self.batch))

    async def accept(self) -> ImportOutcome:
        async with database.unit_of_work() as uow:
            return await self.kind.accept_staged(ImportContext(uow, *self.batch))


@pytest.fixture
def stage_sales(as_system: None, tmp_path_factory: pytest.TempPathFactory) -> StageSales:
    """Read a file and stage its rows."""

    async def stage(kind: Any, path: Path, **options: str) -> Staged:
        return Staged(kind, await staged_file(kind, path, tmp_path_factory.mktemp("rows"), options))

    return stage


@pytest.fixture
def import_sales(stage_sales: StageSales) -> ImportSales:
    """Read and preview a file and, where nothing is wrong, accept it."""

    async def import_file(
        kind: Any, path: Path, actor: Actor = SYSTEM_ACTOR, **options: str
    ) -> Imported:
        with database.acting_as(actor):
            staged = await stage_sales(kind, path, **options)
            facts = await staged.count()
            counts = await staged.preview()
            errors = await _errors(staged.batch[0])
            outcome = None if counts.wrong else await staged.accept()
        return Imported(counts, facts, outcome, errors)

    return import_file


async def _errors(batch_id: int) -> dict[int, dict[str, str]]:
    async with database.unit_of_work() as uow:
        rows = await uow.session.execute(
            text("""
                SELECT row_number, errors FROM staged_change
                WHERE batch_id = :batch_id AND outcome = 'wrong' ORDER BY row_number
            """),
            {"batch_id": batch_id},
        )
        return dict(rows.all())
