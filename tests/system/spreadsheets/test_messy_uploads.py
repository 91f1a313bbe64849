"""Every odd, broken or hostile file through the real upload: read, or refused with its reason."""

import pytest

from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.jobs.schemas import JobStatus
from sop_app.system.spreadsheets.schemas import BatchStatus
from sop_app.system.spreadsheets.staged_rows import count_rows
from tests.system.spreadsheets.importing import act, job_of, upload
from tests.system.spreadsheets.test_messy_files import FOLDER, READ, REFUSED

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real files in ../shared/data are not on this machine"
)
# Files that are read and hold no row below a header.
WITHOUT_ROWS = frozenset(
    name
    for name in (
        "calamine__has_x000D_.xlsx",
        "poi__SimpleMacro.xlsm",
        "poi__workbookProtection-sheet_password-2013.xlsx",
    )
)


@pytest.fixture
async def coordinator(make_user):
    actor = await make_user("Ingrid Solberg", Role.SOP_COORDINATOR)
    with database.acting_as(actor):
        yield actor


@pytest.mark.parametrize("name", sorted(READ))
async def test_a_readable_file_is_staged_or_has_no_rows(coordinator, name):
    view = await upload("customers", (FOLDER / name).read_bytes(), name)
    job = await job_of(view)
    if name in WITHOUT_ROWS:
        assert (view.status, job.status) == (BatchStatus.REFUSED, JobStatus.FAILED)
        assert "no sheet holds" in view.refusal
        return
    assert job.status is JobStatus.DONE, job.error
    assert view.status in (BatchStatus.READ, BatchStatus.PREVIEWED)
    assert await act(count_rows, view.id) == view.row_count
    assert view.columns


@pytest.mark.parametrize("name", sorted(REFUSED))
async def test_an_unreadable_file_is_refused_with_its_reason(coordinator, name):
    _, words = REFUSED[name]
    view = await upload("customers", (FOLDER / name).read_bytes(), name)
    job = await job_of(view)
    assert (view.status, job.status) == (BatchStatus.REFUSED, JobStatus.FAILED)
    assert words in view.refusal
    assert await act(count_rows, view.id) == 0
