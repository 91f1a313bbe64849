"""How a file is read: which column fills which field, and what the user answers about it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from . import rows
from .state import ImportBatchState

Use = Permission.IMPORTS_USE


class ImportMatchingState(rx.State):
    """The acts on the matching of the import that is shown."""

    @requires(Use)
    async def choose_field(self, header: str, field: str) -> Any:
        """Let a column fill another field, or none."""
        wanted = "" if field == rows.NOT_IMPORTED else field

        def change(mapping: Mapping) -> Mapping:
            if header == rows.MONTHS:
                return replace(mapping, month_field=wanted)
            kept = mapping.columns.items()
            columns = {name: title for name, title in kept if title != header and name != wanted}
            return replace(mapping, columns=columns | ({wanted: header} if wanted else {}))

        return await self._change_mapping(change)

    @requires(Use)
    async def answer(self, key: str, answer: str) -> Any:
        """Answer how a column is read, or choose what happens to some rows."""
        kind, _, name = key.partition(":")

        def change(mapping: Mapping) -> Mapping:
            if kind == "date_order":
                return replace(mapping, date_orders={**mapping.date_orders, name: answer})
            if kind == "decimal_sign":
                return replace(mapping, decimal_signs={**mapping.decimal_signs, name: answer})
            return replace(mapping, options={**mapping.options, name: answer})

        return await self._change_mapping(change)

    @requires(Use)
    async def choose_sheet(self, sheet: str) -> Any:
        """Read another sheet of the file."""
        batch = await self.get_state(ImportBatchState)
        return await batch._start(lambda uow: staging.choose_sheet(uow, batch.batch_id, sheet))

    @requires(Use)
    async def choose_header(self, row: str) -> Any:
        """Read the names of the columns in another row."""
        batch = await self.get_state(ImportBatchState)
        if row not in [option["value"] for option in batch.header_rows]:
            return None
        return await batch._start(
            lambda uow: staging.choose_sheet(uow, batch.batch_id, batch.sheet, int(row))
        )

    @requires(Use)
    async def use_mapping(self, name: str) -> Any:
        """Take a saved matching for this file."""
        batch = await self.get_state(ImportBatchState)
        return await batch._start(lambda uow: staging.use_mapping(uow, batch.batch_id, name[:200]))

    @requires(Use)
    async def save_mapping(self, form: dict[str, Any]) -> None:
        """Remember the matching by a name, for the next file."""
        batch = await self.get_state(ImportBatchState)
        async with unit_of_work() as uow:
            name = await staging.remember_mapping(uow, batch.batch_id, str(form.get("name", "")))
        batch.mapping_name = name
        (await self.get_state(NoticeState))._push("success", f"Matching {name} is remembered")

    async def _change_mapping(self, change: Callable[[Mapping], Mapping]) -> Any:
        batch = await self.get_state(ImportBatchState)

        async def act(uow: UnitOfWork) -> None:
            view = await staging.get_batch(uow, batch.batch_id)
            checks = not view.options
            await staging.set_mapping(uow, view.id, change(view.mapping), checks=checks)

        return await batch._start(act)
