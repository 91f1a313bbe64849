"""Passwords: how they are hashed, and which ones are too easy to guess.

argon2id with 64 MiB, three passes and one lane (RFC 9106; OWASP asks for at least 19 MiB). Hashing
runs in two threads, so an attack cannot take more than two cores and 128 MiB.
"""

import asyncio
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from passlib import pwd
from passlib.context import CryptContext

from sop_app.kernel.errors import InvalidInputError, LimitExceededError

from .schemas import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, PasswordProblem

PARALLEL_HASHES = 2
LONGEST_QUEUE = 50
PRODUCT_WORDS = ("s&op", "sop", "salesandoperationsplanning", "forecast", "planning")


class WeakPasswordError(InvalidInputError):
    """A new password is too short, too long or too easy to guess."""

    def __init__(self, problem: PasswordProblem) -> None:
        super().__init__({"password": problem.sentence})
        self.problem = problem


_context = CryptContext(
    schemes=["argon2"],
    argon2__type="ID",
    argon2__memory_cost=64 * 1024,
    argon2__time_cost=3,
    argon2__parallelism=1,
)
# The hash of a random text nobody kept: an unknown account costs as much time as a known one.
_NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=1$tvZeq/U+hzCGkBJCSGmtdQ"
    "$Ts/BH/Uwih0GwlDJHgOwjkQEm4rLtFq6t/VYUt4bw6I"
)
_LEET = str.maketrans("013457@$!|", "oieastasil")
_WALKS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "abcdefghijklmnopqrstuvwxyz", "01234567890"),
)

_threads = ThreadPoolExecutor(PARALLEL_HASHES, thread_name_prefix="password")
_waiting = 0
_Result = TypeVar("_Result")


async def hash_password(password: str) -> str:
    """Hash a password for storage."""
    return await _in_thread(lambda: _context.hash(_normalised(password)))


async def verify_password(password: str, stored_hash: str | None) -> tuple[bool, str | None]:
    """Compare a password with a stored hash; without one, take as long and say no.

    Returns:
        Whether it matches, and a new hash where the stored one uses older parameters.

    Raises:
        LimitExceededError: Too many people sign in at this moment.
    """
    if len(password) > MAX_PASSWORD_LENGTH:
        return False, None
    secret = _normalised(password)
    reference = stored_hash or _NOBODYS_HASH
    matches, newer = await _in_thread(lambda: _context.verify_and_update(secret, reference))
    return (True, newer) if matches and stored_hash else (False, None)


def random_password() -> str:
    """Draw six words of the EFF's list (77 bits), easy to type once."""
    return str(pwd.genphrase(length=6, wordset="eff_long", sep="-"))


def check_new_password(password: str, *, personal_words: Iterable[str] = ()) -> None:
    """Refuse a password that is too short or that an attacker tries first.

    There are no composition rules: length and not being guessable are what count.

    Args:
        password: What the person typed.
        personal_words: Name and e-mail of the person; a password made of them is refused.

    Raises:
        WeakPasswordError: The reason stands beside the field ``password``.
    """
    problem = _find_problem(password, personal_words)
    if problem is not None:
        raise WeakPasswordError(problem)


def _find_problem(password: str, personal_words: Iterable[str]) -> PasswordProblem | None:
    if len(password) < MIN_PASSWORD_LENGTH:
        return PasswordProblem.SHORT
    if len(password) > MAX_PASSWORD_LENGTH:
        return PasswordProblem.LONG
    if any(unicodedata.category(sign) == "Cc" for sign in password):
        return PasswordProblem.SIGNS
    folded = _folded(password)
    if _is_monotonous(folded) or _is_made_of(folded, common_words()):
        return PasswordProblem.COMMON
    if _is_made_of(folded, common_words() | _words_of((*PRODUCT_WORDS, *personal_words))):
        return PasswordProblem.PERSONAL
    return None


@cache
def common_words() -> frozenset[str]:
    """Read the list of common passwords and the words they are made of, folded."""
    text = Path(__file__).with_name("common_passwords.txt").read_text()
    lines = (line.strip() for line in text.splitlines() if not line.startswith("#"))
    return frozenset(_folded(line) for line in lines if len(line) > 2)


def _words_of(texts: Iterable[str]) -> frozenset[str]:
    words: set[str] = set()
    for text in texts:
        pieces = "".join(sign if sign.isalnum() else " " for sign in text).split()
        words |= {_folded(piece) for piece in [*pieces, "".join(pieces)] if len(piece) > 2}
    return frozenset(words)


def _folded(text: str) -> str:
    """Undo what people do to a word to make it look stronger: case, accents, signs, digits."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return "".join(sign for sign in bare if sign.isalnum() or sign in "@$!|")


def _is_monotonous(folded: str) -> bool:
    """Recognise few distinct signs, a short repeated piece, runs of the alphabet or keyboard."""
    longest_piece = min(len(folded) // 2, MIN_PASSWORD_LENGTH - 1)
    if len(set(folded)) < 5 or _smallest_period(folded) <= longest_piece:
        return True
    pairs = [left + right for left, right in pairwise(folded)]
    known = sum(pair in _walk_steps() or pair[0] == pair[1] for pair in pairs)
    return known >= 0.7 * len(pairs)


@cache
def _walk_steps() -> frozenset[str]:
    """List every step between neighbours on the keyboard, in the alphabet and among digits."""
    forward = {left + right for walk in _WALKS for left, right in pairwise(walk)}
    return frozenset(forward | {step[::-1] for step in forward})


def _smallest_period(text: str) -> int:
    return next(
        (size for size in range(1, len(text)) if all(map(str.__eq__, text, text[size:]))), len(text)
    )


def _is_made_of(folded: str, words: frozenset[str]) -> bool:
    """Tell whether at most three listed words make up all but a few signs of the password.

    Digits and signs between and after the words do not count; four or more words are a
    passphrase, which is what we ask for.
    """
    readings = {folded, folded.translate(_LEET)}
    return any(_fewest_words(reading, words) <= 3 for reading in readings)


def _fewest_words(text: str, words: frozenset[str]) -> int:
    """Count the words that cover a text, where digits are free and other signs cost a word."""
    longest = max(map(len, words))
    best = [0] + [len(text) + 1] * len(text)
    for end in range(1, len(text) + 1):
        best[end] = best[end - 1] + (0 if not text[end - 1].isalpha() else 1)
        for start in range(max(0, end - longest), end - 2):
            if text[start:end] in words:
                best[end] = min(best[end], best[start] + 1)
    return best[-1]


def _normalised(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


async def _in_thread(work: Callable[[], _Result]) -> _Result:
    global _waiting
    if _waiting >= LONGEST_QUEUE:
        raise LimitExceededError("Too many people sign in just now. Try again.", retry_after=5)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
