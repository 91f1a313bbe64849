"""Jobs and stored files as screens and the API see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobStatus(StrEnum):
    """Queued and running jobs go on; the other three have ended."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self not in (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True)
class JobView:
    """How far a piece of background work is.

    Attributes:
        done_count: Steps done, of ``total_count``; both are 0 until the job knows.
        stage: What it is doing, ``Writing the workbook``.
        error: Why it failed, as a sentence for its owner.
        result: What it made; ``file_id`` names a stored file.
        is_cancelling: Whether it was asked to stop and has not yet.
    """

    id: int
    kind: str
    title: str
    owner_id: int
    owner_name: str
    status: JobStatus
    done_count: int
    total_count: int
    stage: str
    error: str
    result: dict[str, Any]
    is_cancelling: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100; a job that ended well is at 100."""
        if self.status is JobStatus.DONE:
            return 100
        return min(100, 100 * self.done_count // self.total_count) if self.total_count else 0

    @property
    def file_href(self) -> str:
        """Where the file it made is downloaded; empty if it made none."""
        file_id = self.result.get("file_id")
        return f"/api/v1/files/{file_id}" if file_id else ""

    def seconds_left(self, now: datetime) -> float | None:
        """Estimate the time to the end from the pace so far; None while there is no pace."""
        if self.started_at is None or not self.done_count or self.status.has_ended:
            return None
        passed = (now - self.started_at).total_seconds()
        return max(0.0, passed / self.done_count * (self.total_count - self.done_count))


@dataclass(frozen=True)
class FileHead:
    """A stored file without its bytes."""

    id: int
    kind: str
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class FileContent:
    """A stored file with its bytes."""

    head: FileHead
    content: bytes

    @property
    def name(self) -> str:
        """Give the name of the file."""
        return self.head.name
