"""Pure decisions about sign-in: waits, replays, local addresses, the last administrator."""

from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

FREE_ATTEMPTS = 5
FREE_ATTEMPTS_PER_ADDRESS = 30
ATTEMPT_LIMIT = 100
SHORTEST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
ADDRESS_MEMORY = timedelta(hours=1)
DOUBLE_CLICK = timedelta(seconds=10)


class RefreshVerdict(StrEnum):
    """What presenting a refresh token leads to."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REVOKE_FAMILY = "revoke_family"
    REFUSE = "refuse"


def wait_after(failures: int, *, free_attempts: int = FREE_ATTEMPTS) -> timedelta:
    """Tell how long nobody may try again after so many failures in a row.

    The wait doubles from 30 seconds up to one hour (NIST SP 800-63B-4, section 3.2.2).

    Example:
        >>> [int(wait_after(count).total_seconds()) for count in (0, 4, 5, 6, 7, 40)]
        [0, 0, 30, 60, 120, 3600]
    """
    if failures < free_attempts:
        return timedelta()
    doublings = min(failures - free_attempts, 16)
    return min(SHORTEST_WAIT * 2**doublings, LONGEST_WAIT)


def judge_refresh(
    *, now: datetime, expires_at: datetime, used_at: datetime | None, revoked_at: datetime | None
) -> RefreshVerdict:
    """Decide what a refresh token that was presented is worth.

    A used token that comes back within ten seconds is an honest double click and gets the same
    successor again; later it is a replay, and somebody holds a stolen copy (RFC 9700, 4.14.2).
    """
    if revoked_at is not None:
        return RefreshVerdict.REFUSE
    if used_at is not None and now - used_at > DOUBLE_CLICK:
        return RefreshVerdict.REVOKE_FAMILY
    if now >= expires_at:
        return RefreshVerdict.REFUSE
    return RefreshVerdict.ROTATE if used_at is None else RefreshVerdict.REPEAT


def local_path(address: str) -> str:
    """Keep an address only if it leads to a screen of this program; else the home page.

    Example:
        >>> local_path("/customers?page=2")
        '/customers?page=2'
        >>> local_path("//evil.example/"), local_path("https://evil.example")
        ('/', '/')
    """
    is_plain = address.isascii() and address.isprintable() and "\\" not in address
    if not is_plain or not address.startswith("/") or address.startswith(("//", "/api", "/_")):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return address if not parts.scheme and not parts.netloc and len(address) <= 500 else "/"


def name_browser(user_agent: str) -> str:
    """Name a browser and its system, as far as its own word goes.

    Example:
        >>> name_browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156 Safari/537")
        'Chrome on Linux'
        >>> name_browser("curl/8.4")
        'Another program'
    """
    browsers = ("Edg/", "OPR/", "Firefox/", "Chrome/", "Safari/")
    names = {"Edg/": "Edge", "OPR/": "Opera"}
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
    browser = next((mark for mark in browsers if mark in user_agent), None)
    system = next((name for name in systems if name in user_agent), None)
    if browser is None:
        return "Another program"
    name = names.get(browser, browser.removesuffix("/"))
    return f"{name} on {system}" if system else name
