"""What every table of the program shares."""

from typing import ClassVar

from sqlalchemy import DateTime, MetaData
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention

Instant = DateTime(timezone=True)


class Record(SQLModel):
    """A row of a table; its constraints are named by one convention.

    An ``id`` that the database gives is typed ``int``: a record without one has not been stored
    yet, and nobody but the verb that creates it ever holds such a record.
    """

    __tablename__: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride]
