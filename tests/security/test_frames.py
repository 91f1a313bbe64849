"""Frames that are no events, floods of them, and what the log says about either."""

import asyncio

import pytest
import socketio

from tests.security.live import FENCE, HYDRATE, ROOT, Tab, answer_of

FRAMES = [
    "CANARYFRAME",
    None,
    5,
    True,
    [],
    ["CANARYFRAME"],
    {},
    {"name": 5},
    {"name": None, "payload": {"password": "CANARYFRAME"}},
    {"name": "no.such.handler", "payload": {"password": "CANARYFRAME"}},
    {"name": f"{ROOT}.nobody", "payload": {"password": "CANARYFRAME"}},
    {"name": "a\r\nforged log line CANARYFRAME" * 50},
    {"name": HYDRATE, "payload": "CANARYFRAME"},
    {"name": HYDRATE, "payload": ["CANARYFRAME"]},
    {"name": HYDRATE, "payload": {"CANARYFRAME": "CANARYFRAME"}},
    {"name": HYDRATE, "router_data": "CANARYFRAME"},
    {"name": HYDRATE, "router_data": {"pathname": {"CANARYFRAME": 1}}},
    {"name": HYDRATE, "router_data": {"pathname": "/" + "x" * 5000}},
    {"name": HYDRATE, "router_data": {"query": {"a": {"b": "CANARYFRAME"}}}},
    {"name": HYDRATE, "router_data": {"query": {"a": "\ud800"}}},
    {"name": f"{ROOT}.setvar", "payload": {"var_name": "is_hydrated", "value": "CANARYFRAME"}},
    {"name": f"{ROOT}.hydrate_and_load", "payload": {"vars": {f"{ROOT}.router": "CANARYFRAME"}}},
]
UPDATE_VARS = f"{ROOT}.reflex___state____update_vars_internal_state.update_vars_internal"
SESSION = f"{ROOT}.sop_app___ui___shell___session_state____session_state"


@pytest.mark.parametrize("caller", ["anonymous", "admin"])
async def test_a_frame_that_is_no_event_is_dropped_and_not_logged(server, world, caller):
    async with Tab(server, world.cookies(caller)) as tab:
        await tab.call(HYDRATE)
        for frame in FRAMES:
            tab.got = []
            await tab.send_raw(frame)
            await tab.fence()
            assert "CANARYFRAME" not in str(tab.got)
    log = server.log.read_text()
    assert "CANARYFRAME" not in log.replace("forged log line CANARYFRAME", "")
    assert "\r" not in log
    assert "\nforged log line" not in log
    assert server.defects() == []


async def test_a_very_deep_frame_is_dropped(server, world):
    deep: list = []
    for _ in range(400):
        deep = [deep]
    async with Tab(server, world.cookies("admin")) as tab:
        await tab.send(f"{SESSION}.enter", {"x": deep})
        await tab.send(f"{SESSION}.read_notices", {"is_open": deep})
        await tab.fence()
    assert server.defects() == []


@pytest.mark.parametrize("caller", ["anonymous", "viewer"])
async def test_no_variable_can_be_set_from_outside(server, world, caller):
    variables = {
        f"{SESSION}.is_signed_in_rx_state_": True,
        f"{SESSION}.permissions_rx_state_": {"users.manage": True},
        f"{ROOT}.sop_app___ui___shell___gate____tab_owner._session": "1:admin",
    }
    async with Tab(server, world.cookies(caller)) as tab:
        await tab.call(HYDRATE)
        await tab.call(UPDATE_VARS, {"vars": variables})
        await tab.call(f"{ROOT}.hydrate_and_load", {"vars": variables})
        for name in ("permissions", "is_signed_in"):
            arguments = {"var_name": name, "value": {"users.manage": True}}
            assert answer_of(await tab.call(f"{SESSION}.setvar", arguments)) == ({}, [])
        data, _ = answer_of(await tab.call(HYDRATE))
    permissions = data[f"{SESSION.removeprefix(f'{ROOT}.')}.permissions"]
    assert "users.manage" not in permissions
    assert server.defects() == []


@pytest.mark.parametrize("token", ["", "short", "a|b|c|d|e|f", "x" * 65, "../../etc/passwd"])
async def test_a_tab_needs_a_harmless_name(server, world, token):
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with Tab(server, world.cookies("admin"), token=token):
            pass


async def test_one_bully_is_limited_and_the_others_are_not(start):
    server, world = start("hurried")
    async with Tab(server, world.cookies("viewer")) as bully, Tab(server) as other:
        await other.call(HYDRATE)
        await asyncio.gather(*(bully.send(FENCE, {"value": True}) for _ in range(5000)))
        slowest = 0.0
        for _ in range(10):
            started = asyncio.get_running_loop().time()
            await other.call(HYDRATE)
            slowest = max(slowest, asyncio.get_running_loop().time() - started)
        await asyncio.sleep(1)
        await bully.quiet(0.5)
    assert 0 < len(bully.got) < 2500
    assert slowest < 3
    assert server.log.read_text().count("events_dropped") == 1
