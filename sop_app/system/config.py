"""What an installation decides: read once from the environment, never from the database.

Everything a person changes while the program runs lives in ``system.settings`` instead.
"""

import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones


@dataclass(frozen=True)
class SmtpConfig:
    """Where mail is handed over. Without a host, mails are kept and an administrator reads them."""

    host: str
    port: int
    user: str
    password: str
    use_tls: bool
    use_ssl: bool
    from_email: str
    from_name: str


@dataclass(frozen=True)
class Config:
    """The installation's settings; the README has the table of environment variables."""

    database_url: str | None
    data_dir: Path
    host: str
    port: int
    public_url: str
    time_zone: str
    smtp: SmtpConfig | None
    database_pool_size: int
    trusted_proxies: int
    forecast_cluster: str | None
    """Address of the Dask scheduler that forecasts; None where this machine does."""

    @property
    def is_https(self) -> bool:
        """Whether people reach the program over HTTPS, so that cookies may be ``Secure``."""
        return self.public_url.startswith("https://")


@cache
def get_config() -> Config:
    """Read the configuration of this process from its environment.

    Raises:
        ValueError: A variable holds what it cannot hold; the message names it.
    """
    env = os.environ
    port = _number("PORT", 3000)
    return Config(
        database_url=_database_url(),
        data_dir=Path(env.get("SOP_DATA_DIR", "data")).resolve(),
        host=env.get("HOST", "127.0.0.1"),
        port=port,
        public_url=env.get("PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
        time_zone=_time_zone(),
        smtp=_read_smtp(),
        database_pool_size=_number("SOP_DATABASE_POOL", 40),
        trusted_proxies=_number("SOP_TRUSTED_PROXIES", 0),
        forecast_cluster=_forecast_cluster(),
    )


def _number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdigit():
        raise ValueError(f"{name} is no number: {value}")
    return int(value)


def _database_url() -> str | None:
    url = os.environ.get("DATABASE_URL") or None
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("DATABASE_URL has to begin with postgresql://")
    return url


def _time_zone() -> str:
    name = os.environ.get("SOP_TIME_ZONE") or "UTC"
    if name not in available_timezones():
        raise ValueError(f"SOP_TIME_ZONE is no time zone: {name}. An example is Europe/Berlin.")
    return name


def _forecast_cluster() -> str | None:
    executor = os.environ.get("FORECAST_EXECUTOR") or "local"
    if executor not in ("local", "dask"):
        raise ValueError(f"FORECAST_EXECUTOR is neither local nor dask: {executor}")
    if executor == "local":
        return None
    address = os.environ.get("FORECAST_EXECUTOR_ADDRESS")
    if not address:
        raise ValueError(
            "FORECAST_EXECUTOR=dask needs FORECAST_EXECUTOR_ADDRESS,"
            " for example tcp://10.0.0.5:8786"
        )
    return address


def _read_smtp() -> SmtpConfig | None:
    env = os.environ
    if not env.get("SMTP_HOST"):
        return None
    security = (env.get("SMTP_SECURITY") or "starttls").lower()
    return SmtpConfig(
        host=env["SMTP_HOST"],
        port=_number("SMTP_PORT", 587),
        user=env.get("SMTP_USER", ""),
        password=env.get("SMTP_PASSWORD", ""),
        use_tls=security == "starttls",
        use_ssl=security == "ssl",
        from_email=env.get("SMTP_FROM") or "noreply@localhost",
        from_name=env.get("SMTP_FROM_NAME") or "S&OP",
    )


@cache
def signing_key() -> bytes:
    """Return the key that signs access tokens: ``SECRET_KEY``, else one kept in the data folder.

    Raises:
        ValueError: ``SECRET_KEY`` is shorter than 32 bytes.
    """
    if value := os.environ.get("SECRET_KEY"):
        if len(value.encode()) < 32:
            raise ValueError("SECRET_KEY needs at least 32 bytes.")
        return value.encode()
    path = get_config().data_dir / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip().encode()
