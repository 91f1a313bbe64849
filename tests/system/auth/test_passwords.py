"""Passwords: which ones are taken, and that hashing costs the same whoever asks."""

import asyncio
import re

import pytest

from sop_app.kernel.errors import LimitExceededError
from sop_app.system.auth import passwords
from sop_app.system.auth.passwords import (
    WeakPasswordError,
    check_new_password,
    hash_password,
    random_password,
    verify_password,
)
from sop_app.system.auth.schemas import PasswordProblem

PERSON = ("Elena Marsh", "elena.marsh", "orchardfoods.example")


def problem_of(password: str) -> PasswordProblem | None:
    try:
        check_new_password(password, personal_words=PERSON)
    except WeakPasswordError as refusal:
        return refusal.problem
    return None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", PasswordProblem.SHORT),
        ("fourteen chars", PasswordProblem.SHORT),
        ("x" * 257, PasswordProblem.LONG),
        ("herons wade where\ntides turn", PasswordProblem.SIGNS),
        ("aaaaaaaaaaaaaaa", PasswordProblem.COMMON),
        ("abcabcabcabcabc", PasswordProblem.COMMON),
        ("123456789012345", PasswordProblem.COMMON),
        ("qwertyuiopasdfgh", PasswordProblem.COMMON),
        ("1qaz2wsx3edc4rfv", PasswordProblem.COMMON),
        ("passwordpassword", PasswordProblem.COMMON),
        ("Password123456789!", PasswordProblem.COMMON),
        ("P@ssw0rd-P@ssw0rd", PasswordProblem.COMMON),
        ("correcthorsebatterystaple", PasswordProblem.COMMON),
        ("Summer2026Summer2026", PasswordProblem.COMMON),
        ("iloveyou-michael-2001", PasswordProblem.COMMON),
        ("ElenaMarsh1234567", PasswordProblem.PERSONAL),
        ("orchardfoods-elena-1", PasswordProblem.PERSONAL),
        ("s&op-forecast-2027", PasswordProblem.PERSONAL),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, problem):
    assert problem_of(password) is problem


@pytest.mark.parametrize(
    "password",
    [
        "herons wade where tides turn",
        "fifteen-letters",
        "seven lamps over the quay",
        "кот пьёт холодное молоко",
        "aB3$kL9!pQ7&xZ2",
        "violet kettles hum quietly " * 4,
        "🦀 krabben laufen seitwärts",
    ],
)
def test_a_long_password_needs_no_figures_or_signs(password):
    assert problem_of(password) is None


def test_random_passwords_are_accepted_and_differ():
    drawn = {random_password() for _ in range(20)}
    assert len(drawn) == 20
    assert {problem_of(password) for password in drawn} == {None}


async def test_hashes_are_argon2id_with_the_stated_cost():
    stored = await hash_password("herons wade where tides turn")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    cost = re.compile(r"\$argon2id\$v=19\$m=65536,t=3,p=1\$")
    assert cost.match(passwords._NOBODYS_HASH)
    assert await verify_password("herons wade where tides turn", stored) == (True, None)
    assert await verify_password("herons wade where tides turn.", stored) == (False, None)


async def test_an_older_hash_is_replaced_when_it_is_used():
    weaker = passwords._context.using(argon2__memory_cost=1024).hash("herons wade at dusk")
    matches, newer = await verify_password("herons wade at dusk", weaker)
    assert matches
    assert newer is not None
    assert "m=65536" in newer


async def test_composed_and_decomposed_letters_are_the_same_password():
    stored = await hash_password("café au lait à Genève")
    assert (await verify_password("cafe\u0301 au lait a\u0300 Gene\u0300ve", stored))[0]


async def test_nobody_costs_as_much_work_as_somebody(monkeypatch):
    """An unknown account is checked against a hash with the parameters of a known one's."""
    stored = await hash_password("herons wade where tides turn")
    compared = []
    check = passwords._context.verify_and_update

    def spy(secret: str, reference: str):
        compared.append(reference)
        return check(secret, reference)

    monkeypatch.setattr(passwords._context, "verify_and_update", spy)
    assert not (await verify_password("a guess", stored))[0]
    assert not (await verify_password("a guess", None))[0]
    known, unknown = compared
    assert (
        known.split("$")[:4]
        == unknown.split("$")[:4]
        == ["", "argon2id", "v=19", "m=65536,t=3,p=1"]
    )


async def test_a_crowd_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(passwords, "LONGEST_QUEUE", 3)
    results = await asyncio.gather(
        *(verify_password("a guess", None) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(result, LimitExceededError) for result in results) == 5
