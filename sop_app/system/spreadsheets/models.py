"""Staged imports: a file on its way from upload to accepted rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Index, UniqueConstraint

from sop_app.system.tables import Instant, Record


class ImportBatch(Record, table=True):
    """One uploaded file, its mapping and what accepting it would change."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_owner", "owner_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    owner_id: int = Field(foreign_key="app_user.id")
    file_id: int = Field(foreign_key="stored_file.id")
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64, index=True)
    status: str = Field(max_length=12)
    refusal: str = Field(default="", max_length=1000)
    sheet: str = Field(default="", max_length=200)
    header_row: int = 0
    reading: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    mapping: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    options: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    counts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    scope: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    job_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("job.id", ondelete="SET NULL"))
    )
    created_at: datetime = Field(sa_type=Instant)
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class StagedChange(Record, table=True):
    """What one row of the file would do: create, change (old -> new), nothing, or an error."""

    __tablename__ = "staged_change"
    __table_args__ = (
        Index("ix_staged_change_outcome", "batch_id", "outcome", "row_number"),
        {"prefixes": ["UNLOGGED"]},
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    batch_id: int = Field(
        sa_column=Column(Integer, ForeignKey("import_batch.id", ondelete="CASCADE"), nullable=False)
    )
    row_number: int
    outcome: str = Field(max_length=10)
    key: str = Field(default="", max_length=200)
    values: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    old_values: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True))
    )
    errors: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))


class ImportMapping(Record, table=True):
    """A column mapping a person saved by name for the next file of the same shape."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("updated_by", "kind", "name"),)

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=80)
    mapping: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    options: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    updated_at: datetime = Field(sa_type=Instant)
    updated_by: int = Field(foreign_key="app_user.id")
