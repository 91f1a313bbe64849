"""Watch one piece of background work from a page: its progress, its end, its file."""

import asyncio
from datetime import timedelta
from typing import Any

import reflex as rx

from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.system.jobs import service
from sop_app.system.jobs.schemas import JobStatus, JobView
from sop_app.ui.components import formats

from .gate import requires
from .notices import NoticeState

POLL_SECONDS = 0.6


class JobState(rx.State):
    """The job a tab waits for; a file it makes is downloaded when it is ready."""

    job_id: int = 0
    title: str = ""
    detail: str = ""
    percent: int = 0
    is_running: bool = False

    @requires(Permission.ACCOUNT_USE, background=True)
    async def watch(self, job_id: int) -> Any:
        """Follow a job to its end and hand out its file."""
        async with self:
            self.job_id, self.is_running, self.percent, self.detail = job_id, True, 0, "Waiting"
        while True:
            async with unit_of_work() as uow:
                job = await service.get_job(uow, job_id)
            async with self:
                if self.job_id != job_id:
                    return
                self._show(job)
                if job.status.has_ended:
                    await self._tell_end(job)
                    break
            await asyncio.sleep(POLL_SECONDS)
        if job.file_href:
            yield rx.download(url=job.file_href)

    @requires(Permission.ACCOUNT_USE)
    async def cancel(self) -> None:
        """Ask the job to stop."""
        async with unit_of_work() as uow:
            await service.cancel_job(uow, self.job_id)

    def _show(self, job: JobView) -> None:
        self.title, self.percent = job.title, job.percent
        self.is_running = not job.status.has_ended
        left = job.seconds_left(clock.now())
        counts = f"{job.done_count:,} of {job.total_count:,}" if job.total_count else "Waiting"
        time_left = f", {formats.job_time_left(timedelta(seconds=left))}" if left else ""
        self.detail = f"{job.stage + ': ' if job.stage else ''}{counts}{time_left}"

    async def _tell_end(self, job: JobView) -> None:
        notices = await self.get_state(NoticeState)
        if job.status is JobStatus.DONE:
            said = "The file is ready and was downloaded." if job.file_href else "Done."
            notices._push("success", job.title, said)
        elif job.status is JobStatus.CANCELLED:
            notices._push("info", job.title, "Cancelled. Nothing was made.")
        else:
            notices._push_error(f"{job.title}: {job.error}")
