"""Tables of people, sessions and tokens. Secrets are stored as hashes only."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlmodel import Field

from sop_app.system.tables import Instant, Record


class AppUser(Record, table=True):
    """A person who may sign in; id 0 is the program itself and can never sign in."""

    __tablename__ = "app_user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower"),)

    id: int = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    full_name: str = Field(max_length=120)
    password_hash: str | None = Field(default=None, max_length=255)
    status: str = Field(max_length=12)
    team: str = Field(default="", max_length=60)
    manager_id: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime | None = Field(default=None, sa_type=Instant)
    password_changed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class UserRole(Record, table=True):
    """One role of a person."""

    __tablename__ = "user_role"

    user_id: int = Field(
        sa_column=Column(Integer, ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    )
    role: str = Field(primary_key=True, max_length=24)


class UserSession(Record, table=True):
    """A browser that is signed in. The cookie names it; only this record says what it is worth."""

    __tablename__ = "user_session"

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("app_user.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    created_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    ip: str = Field(default="", max_length=64)
    user_agent: str = Field(default="", max_length=200)


class KnownDevice(Record, table=True):
    """A browser somebody signed in from before; throttling never locks it out."""

    __tablename__ = "known_device"

    device_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(
        sa_column=Column(Integer, ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    )
    seen_at: datetime = Field(sa_type=Instant)


class SignInThrottle(Record, table=True):
    """Failed attempts in a row, per account, per address and per known device."""

    __tablename__ = "sign_in_throttle"

    key: str = Field(primary_key=True, max_length=80)
    failures: int
    last_failed_at: datetime = Field(sa_type=Instant)
    blocked_until: datetime | None = Field(default=None, sa_type=Instant)


class RefreshToken(Record, table=True):
    """One link of a rotating chain; replaying a used link revokes the whole family."""

    __tablename__ = "refresh_token"

    id: int = Field(default=None, primary_key=True)
    family: str = Field(max_length=36, index=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("app_user.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class OneTimeToken(Record, table=True):
    """A link sent by mail: an invitation or a password reset, good for one use."""

    __tablename__ = "one_time_token"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: int = Field(default=None, primary_key=True)
    purpose: str = Field(sa_column=Column(String(12), nullable=False))
    token_hash: str = Field(max_length=64)
    user_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("app_user.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
