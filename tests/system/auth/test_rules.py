"""The pure rules: waits, replays, local addresses."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sop_app.system.auth import rules
from sop_app.system.auth.rules import RefreshVerdict, judge_refresh, local_path, wait_after
from tests.people import NOW

seconds = st.integers(min_value=0, max_value=100_000)


@given(st.integers(min_value=0, max_value=1000), st.integers(min_value=0, max_value=100))
def test_waits_grow_and_stay_within_their_bounds(failures, free):
    wait = wait_after(failures, free_attempts=free)
    assert (wait == timedelta()) == (failures < free)
    if failures >= free:
        assert timedelta(seconds=30) <= wait <= timedelta(hours=1)
        assert wait <= wait_after(failures + 1, free_attempts=free)


def test_a_hundred_guesses_take_days():
    total = sum((wait_after(count) for count in range(rules.ATTEMPT_LIMIT)), timedelta())
    assert total > timedelta(days=3)


@given(st.none() | seconds, st.none() | seconds, seconds, seconds)
def test_a_refresh_token_is_judged_by_its_whole_history(used, revoked, life, now):
    def at(value):
        return None if value is None else NOW + timedelta(seconds=value)

    verdict = judge_refresh(
        now=at(now), expires_at=at(life), used_at=at(used), revoked_at=at(revoked)
    )
    if revoked is not None:
        assert verdict is RefreshVerdict.REFUSE
    elif used is not None and now - used > 10:
        assert verdict is RefreshVerdict.REVOKE_FAMILY
    elif now >= life:
        assert verdict is RefreshVerdict.REFUSE
    else:
        assert verdict is (RefreshVerdict.ROTATE if used is None else RefreshVerdict.REPEAT)


@given(st.text())
def test_an_address_never_leads_elsewhere(text):
    path = local_path(text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/api", "/_"))
    assert "\\" not in path
    assert path == "/" or path == text
