"""An import from upload to accepted rows: exact counts, all or nothing, one's own only."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    WrongStatusError,
)
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.jobs.files import open_file
from sop_app.system.jobs.runner import run_job
from sop_app.system.jobs.schemas import JobStatus
from sop_app.system.jobs.service import get_job
from sop_app.system.spreadsheets import saved_mappings, staging
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.schemas import BatchStatus, ChangeCell
from sop_app.system.spreadsheets.staged_rows import rows_table
from tests.system.spreadsheets.importing import (
    CUSTOMERS,
    accept,
    act,
    changes,
    job_of,
    show,
    upload,
    work,
)

MIXED = b"""Customer code,Customer name,Region,Channel
C-1,Brennan Foodservice,West,Retail
C-2,Harbor Grocers,South,Retail
C-3,Lakeshore Schools,East,Public
C-4,,East,Public
C-3,Twice,East,Public
"""


@pytest.fixture
async def coordinator(make_user):
    actor = await make_user("Ingrid Solberg", Role.SOP_COORDINATOR)
    with database.acting_as(actor):
        yield actor


@pytest.fixture
def customers(owner_rows):
    def read():
        return owner_rows("SELECT code, name, region FROM customer ORDER BY code")

    return read


async def test_a_new_file_is_read_matched_checked_and_accepted(coordinator, customers, owner_rows):
    view = await upload("customers", CUSTOMERS)
    assert (view.status, view.is_ready) == (BatchStatus.PREVIEWED, True)
    assert [(column.header, column.field) for column in view.columns] == [
        ("Customer code", "code"),
        ("Customer name", "name"),
        ("Region", "region"),
        ("Channel", "channel"),
    ]
    assert (view.counts.new, view.counts.effect, view.row_count) == (2, 2, 2)
    assert customers() == []

    done = await accept(view)
    assert done.status is BatchStatus.ACCEPTED
    assert done.outcome == {"created": 2, "changed": 0, "removed": 0}
    assert customers() == [
        ("C-1", "Brennan Foodservice", "North"),
        ("C-2", "Harbor Grocers", "South"),
    ]
    actions = owner_rows("SELECT action FROM audit_entry ORDER BY id")
    assert [action for (action,) in actions] == [
        "import_uploaded",
        "customer_created",
        "customer_created",
        "import_accepted",
    ]


async def test_a_preview_tells_new_changed_unchanged_and_wrong_rows_apart(coordinator):
    await accept(await upload("customers", CUSTOMERS))
    view = await upload("customers", MIXED)
    counts = view.counts
    assert (counts.new, counts.changed, counts.unchanged, counts.wrong) == (1, 1, 1, 2)
    assert (counts.changed_cells, counts.wrong_cells) == (1, 2)

    page = await changes(view.id)
    assert [(line.row_number, line.outcome.value) for line in page.lines] == [
        (2, "changed"),
        (3, "unchanged"),
        (4, "new"),
        (5, "wrong"),
        (6, "wrong"),
    ]
    assert ChangeCell("region", "West", "changed", "North") in page.lines[0].cells
    (name,) = [cell for cell in page.lines[3].cells if cell.state == "wrong"]
    assert name.column == "name"
    assert name.message.startswith("Customer name is empty")
    assert page.lines[4].message == "C-3 stands in row 4 already."
    assert (await changes(view.id, [RowOutcome.WRONG])).total == 2


async def test_wrong_rows_block_until_they_are_left_out(coordinator, customers):
    await accept(await upload("customers", CUSTOMERS))
    view = await upload("customers", MIXED)
    before = customers()
    with pytest.raises(ConflictError, match="2 wrong rows block"):
        await act(staging.start_accept, view.id, view.version)
    assert customers() == before

    view = await act(staging.leave_wrong_rows_out, view.id)
    done = await accept(view)
    assert done.outcome == {"created": 1, "changed": 1, "removed": 0}
    assert customers() == [
        ("C-1", "Brennan Foodservice", "West"),
        ("C-2", "Harbor Grocers", "South"),
        ("C-3", "Lakeshore Schools", "East"),
    ]


async def test_accepting_refuses_when_a_record_has_changed_since_the_preview(
    coordinator, customers
):
    await accept(await upload("customers", CUSTOMERS))
    late = await upload("customers", CUSTOMERS.replace(b"North", b"West").replace(b"South", b"Up"))
    await accept(await upload("customers", CUSTOMERS.replace(b"North", b"Centre")))
    before = customers()
    refused = await accept(late)
    assert refused.status is BatchStatus.PREVIEWED
    job = await job_of(refused)
    assert job.status is JobStatus.FAILED
    assert "changed since the preview" in job.error
    assert customers() == before


async def test_accepting_twice_stores_once(coordinator, owner_rows):
    view = await upload("customers", CUSTOMERS)
    await accept(view)
    await accept(view)
    assert owner_rows("SELECT count(*) FROM audit_entry WHERE action = 'import_accepted'") == [(1,)]
    with pytest.raises(WrongStatusError):
        await act(staging.cancel_import, view.id)


async def test_the_same_file_is_recognised(coordinator):
    first = await accept(await upload("customers", CUSTOMERS))
    assert first.earlier is None
    again = await upload("customers", CUSTOMERS, "renamed.csv")
    assert again.earlier is not None
    assert (again.earlier.batch_id, again.earlier.status) == (first.id, BatchStatus.ACCEPTED)
    assert again.counts.unchanged == 2
    with pytest.raises(ConflictError, match="changes nothing"):
        await act(staging.start_accept, again.id, again.version)


async def test_an_import_is_its_owners_alone(coordinator, make_user):
    view = await upload("customers", CUSTOMERS)
    other = await make_user("Ola Nordmann", Role.ADMIN)
    with database.acting_as(other):
        for verb, *arguments in (
            (staging.get_batch,),
            (staging.leave_wrong_rows_out,),
            (staging.start_preview,),
            (staging.start_accept, view.version),
            (staging.cancel_import,),
            (staging.stop_work,),
            (staging.order_error_workbook,),
            (staging.choose_sheet, "customers"),
            (staging.set_mapping, view.mapping),
        ):
            with pytest.raises(NotFoundError):
                await act(verb, view.id, *arguments)
        with pytest.raises(NotFoundError):
            await changes(view.id)


async def test_a_kind_needs_its_own_permission(make_user):
    rep = await make_user("Elena Marsh", Role.SALES_REP)
    with database.acting_as(rep), pytest.raises(PermissionDeniedError):
        await act(staging.upload_file, "customers", "c.csv", CUSTOMERS)


async def test_a_column_that_cannot_be_matched_is_asked_for_and_remembered(coordinator):
    content = CUSTOMERS.replace(b"Customer code", b"Ident").replace(b"Customer name", b"Who")
    view = await upload("customers", content)
    assert (view.status, view.missing) == (BatchStatus.READ, ("Customer code", "Customer name"))
    with pytest.raises(InvalidInputError, match="Choose the column of Customer code"):
        await act(staging.start_preview, view.id)

    columns = view.mapping.columns | {"code": "Ident", "name": "Who"}
    view = await act(
        staging.set_mapping, view.id, replace(view.mapping, columns=columns), save_as="Our ERP"
    )
    view = await work(view.id)
    assert (view.status, view.counts.new) == (BatchStatus.PREVIEWED, 2)

    again = await upload("customers", content.replace(b"North", b"South"))
    assert (again.mapping_name, again.mapping.columns) == ("Our ERP", columns)
    (saved,) = await act(saved_mappings.list_mappings, "customers")
    await act(saved_mappings.delete_mapping, saved.id)
    assert await act(saved_mappings.list_mappings) == []


async def test_a_saved_mapping_can_be_renamed_but_not_to_a_name_in_use(coordinator, make_user):
    view = await upload("customers", CUSTOMERS)
    for name in ("Our ERP", "Other"):
        await act(staging.remember_mapping, view.id, name)
    other, ours = await act(saved_mappings.list_mappings, "customers")
    assert (other.name, ours.name) == ("Other", "Our ERP")
    assert await act(saved_mappings.rename_mapping, ours.id, " Old  ERP ") == "Old ERP"
    for name in ("Other", "", "x" * 81):
        with pytest.raises(InvalidInputError):
            await act(saved_mappings.rename_mapping, ours.id, name)
    assert [each.name for each in await act(saved_mappings.list_mappings)] == ["Old ERP", "Other"]
    other_person = await make_user("Priya Raman", Role.SOP_COORDINATOR)
    with database.acting_as(other_person), pytest.raises(NotFoundError):
        await act(saved_mappings.rename_mapping, ours.id, "Mine")


async def test_a_mapping_that_names_what_is_not_there_is_refused(coordinator):
    view = await upload("customers", CUSTOMERS)
    for wrong in (
        replace(view.mapping, columns={"shoe_size": "Region"}),
        replace(view.mapping, columns={"code": "Region", "name": "Region"}),
        replace(view.mapping, month_field="code"),
    ):
        with pytest.raises(InvalidInputError):
            await act(staging.set_mapping, view.id, wrong)


async def test_a_file_that_cannot_be_read_is_refused_with_its_reason(coordinator):
    view = await upload("customers", b"%PDF-1.7 this is no table", "customers.pdf")
    assert view.status is BatchStatus.REFUSED
    assert "customers.pdf is a PDF document" in view.refusal
    assert (await job_of(view)).error == view.refusal


async def test_a_cancelled_import_cannot_be_accepted(coordinator, customers):
    view = await upload("customers", CUSTOMERS)
    await act(staging.cancel_import, view.id)
    with pytest.raises(WrongStatusError):
        await act(staging.start_accept, view.id, view.version)
    assert (await show(view.id)).status is BatchStatus.CANCELLED
    assert customers() == []


async def test_rows_lost_with_the_staging_tables_are_not_taken_for_an_empty_file(
    coordinator, customers, db
):
    view = await upload("customers", CUSTOMERS)
    async with database.unit_of_work() as uow:
        await uow.session.execute(text(f"DELETE FROM {rows_table(view.id)}"))
    refused = await accept(view)
    assert "Upload the file again" in (await job_of(refused)).error
    assert customers() == []


async def test_wrong_rows_come_back_in_the_users_own_file(coordinator):
    view = await upload("customers", MIXED)
    job_id = await act(staging.order_error_workbook, view.id)
    await run_job(job_id)
    async with database.unit_of_work() as uow:
        job = await get_job(uow, job_id)
        file = await open_file(uow, job.result["file_id"])
    assert file.name == "customers (errors).xlsx"
    assert file.content.startswith(b"PK")
