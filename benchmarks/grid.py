"""The planning grid over its real socket: open, one edit saved, a paste, and a hundred planners.

The baseline is the round trip of an event whose handler does nothing (it closes a dialog that is not
open), in the same process, through the same gate, in the same run.
"""

import asyncio
import json
import os
import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from statistics import median

import psycopg
import socketio
import typer

from benchmarks.scratch_database import scratch_database
from benchmarks.table import Comparison, Figure, report
from sop_app.system import installation
from sop_app.system.auth.sessions import hash_token
from sop_app.system.config import get_config

STATE = "reflex___state____state."
FORECAST = STATE + "sop_app___ui___pages___forecast___"
GRID = FORECAST + "state____forecast_grid_state."
EDITS = FORECAST + "edit_state____forecast_edit_state."
EMPTY = EDITS + "keep_theirs"
ROUTER = {"pathname": "/forecast", "asPath": "/forecast", "query": {}}
PLANNERS = 100
EDITS_EACH = 20
ROUNDS = 3
PAUSE_SECONDS = 0.5
ROUND_TRIPS = 200
MAX_REP = 1 + PLANNERS

COMPANY = f"""
    INSERT INTO app_user (id, email, full_name, status, team, created_at, version)
    SELECT i, 'rep' || i || '@example.test', 'Sales Rep ' || i, 'active', '', now(), 1
    FROM generate_series(1, {MAX_REP}) AS i;
    INSERT INTO user_role SELECT i, 'sales_rep' FROM generate_series(1, {MAX_REP}) AS i;
    INSERT INTO customer (id, code, name, region, territory, channel, sales_rep_id, currency,
                          payment_terms, status, created_at, updated_at, version)
    SELECT i, 'C-' || i, 'Customer ' || i, 'North', '', 'Retail', greatest(1, i - 99), 'EUR', '',
           'active', now(), now(), 1 FROM generate_series(1, 100 + {PLANNERS}) AS i;
    INSERT INTO product (id, sku, name, description, family, unit, unit_cost, list_price,
                         lead_time_days, minimum_order_quantity, manufacturing_location, status,
                         created_at, updated_at, version)
    SELECT i, 'SKU-' || i, 'Product number ' || i, '', 'Family ' || i % 12, 'cases', 1, 2, 0, 0, '',
           'active', now(), now(), 1 FROM generate_series(1, 100) AS i;
    INSERT INTO cycle (id, name, start_month, horizon_months, mandatory_months, opens_at, closes_at,
                       time_zone, status, prefill, created_at, opened_at, version)
    VALUES (1, 'January 2027', '2027-01-01', 16, 12, now(), now() + interval '9 days', 'UTC',
            'open', 'empty', now(), now(), 1);
    INSERT INTO forecast_entry (cycle_id, customer_id, product_id, sales_rep_id, status, quantities,
                                prefill, prices, cell_versions, version, decision_comment)
    SELECT 1, c.id, p.id, c.sales_rep_id, 'draft', q.quantities, q.quantities,
           array_fill(2::numeric(14, 4), ARRAY[16]), array_fill(0, ARRAY[16]), 1, ''
    FROM customer c CROSS JOIN product p CROSS JOIN LATERAL (
        SELECT array_agg(10 + (c.id * 7 + p.id * 13 + m * 31) % 900) AS quantities
        FROM generate_series(1, 16) AS m
    ) AS q;
"""


class Tab:
    """One browser tab: a socket with a rep's session, and the bytes that went through it."""

    def __init__(self, url: str, rep: int) -> None:
        self.url, self.rep = url, rep
        self.sio = socketio.AsyncClient(reconnection=False)
        self.answers: asyncio.Queue[dict] = asyncio.Queue()
        self.rows: list[dict] = []
        self.sequence = self.number = 0

    async def open(self) -> int:
        """Connect and load the grid; return the bytes of its answer."""

        async def receive(update: dict) -> None:
            self.answers.put_nowait(update)

        self.sio.on("event", receive, namespace="/_event")
        await self.sio.connect(
            f"{self.url}/_event/?token={uuid.uuid4()}",
            namespaces=["/_event"],
            transports=["websocket"],
            socketio_path="/_event",
            headers={"Cookie": f"sop_session=session-{self.rep}"},
        )
        await self.send(GRID + "load", {})
        size = 0
        while not self.rows:
            update = await asyncio.wait_for(self.answers.get(), 20)
            size += len(json.dumps(update, separators=(",", ":")))
            base = self._var(update, "base_rx_state_")
            if base and base["rows"]:
                self.rows = base["rows"]
        return size

    async def send(self, name: str, payload: dict) -> int:
        event = {"name": name, "payload": payload, "router_data": ROUTER}
        await self.sio.emit("event", event, namespace="/_event")
        return len(json.dumps(event, separators=(",", ":")))

    async def round_trip(self) -> float:
        """Time an event whose handler does nothing."""
        self._forget()
        start = time.perf_counter()
        await self.send(EMPTY, {})
        await asyncio.wait_for(self.answers.get(), 20)
        return time.perf_counter() - start

    async def edit(self, rows: int, columns: list[str], value: str) -> tuple[float, int, int]:
        """Write a block and wait for its answer: seconds, bytes up, bytes down."""
        self._forget()
        self.number += 1
        chosen = [[row["id"], row["v"]] for row in self.rows[:rows]]
        if rows == 1:
            row = random.choice(self.rows)
            chosen = [[row["id"], row["v"]]]
        values = [[value] * len(columns) for _ in range(rows)]
        edit = {
            "n": self.number,
            "seen": self.sequence,
            "order": 2,
            "kind": "type" if rows == 1 else "paste",
            "rects": [{"rows": chosen, "cols": columns, "values": values}],
        }
        start = time.perf_counter()
        up = await self.send(EDITS + "edit", {"payload": edit})
        while True:
            update = await asyncio.wait_for(self.answers.get(), 20)
            patch = self._var(update, "patch_rx_state_")
            if patch and patch.get("ack") == self.number:
                break
        seconds = time.perf_counter() - start
        self.sequence = patch["seq"]
        versions = {row[0]: row[1] for block in patch["blocks"] for row in block["rows"]}
        for row in self.rows:
            row["v"] = versions.get(row["id"], row["v"])
        return seconds, up, len(json.dumps(update, separators=(",", ":")))

    def _forget(self) -> None:
        while not self.answers.empty():
            self.answers.get_nowait()

    @staticmethod
    def _var(update: dict, name: str) -> dict | None:
        for values in (update.get("delta") or {}).values():
            if name in values:
                return values[name]
        return None


async def measure() -> list[Figure]:
    """Start the web on a scratch database and drive it."""
    async with scratch_database() as url:
        lay_out(url)
        os.environ |= {"DATABASE_URL": url, "PORT": "4790", "PUBLIC_URL": "http://localhost:4790"}
        get_config.cache_clear()
        try:
            with installation.running_web():
                figures = await measure_alone("http://localhost:4790")
                return figures + await measure_crowd("http://localhost:4790", url)
        finally:
            del os.environ["DATABASE_URL"]
            get_config.cache_clear()


def lay_out(url: str) -> None:
    """Store the company and one session per rep."""
    now = datetime.now(UTC)
    with psycopg.connect(url) as connection:
        connection.execute(COMPANY)
        connection.cursor().executemany(
            "INSERT INTO user_session (token_hash, user_id, created_at, last_seen_at, expires_at,"
            " ip, user_agent) VALUES (%s, %s, %s, %s, %s, '', '')",
            [
                (hash_token(f"session-{rep}"), rep, now, now, now + timedelta(hours=10))
                for rep in range(1, MAX_REP + 1)
            ],
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


async def measure_alone(url: str) -> list[Figure]:
    """One planner on 10,000 rows."""
    tab = Tab(url, 1)
    start = time.perf_counter()
    opened = await tab.open()
    open_seconds = time.perf_counter() - start
    empty, edits, ups, downs = [], [], [], []
    for turn in range(ROUND_TRIPS):
        empty.append(await tab.round_trip())
        seconds, up, down = await tab.edit(1, ["2027-03"], str(100 + turn))
        edits.append(seconds)
        ups.append(up)
        downs.append(down)
    months = [f"{2027 + m // 12}-{m % 12 + 1:02d}" for m in range(16)]
    paste, paste_up, paste_down = await tab.edit(200, months, "77")
    await tab.sio.disconnect()
    ratio, kilobyte = Comparison.RATIO, 1000
    return [
        Figure("open, 10,000 rows: data", opened / kilobyte, "kB", goal=150),
        Figure("open, 10,000 rows: time", open_seconds * 1000, "ms"),
        Figure(
            "one edit, saved (median)",
            median(edits) * 1000,
            "ms",
            median(empty) * 1000,
            4,
            ratio,
        ),
        Figure("one edit: up", max(ups) / kilobyte, "kB"),
        Figure("one edit: down", max(downs) / kilobyte, "kB", goal=1),
        Figure("paste of 200 x 16, one event, saved", paste * 1000, "ms", goal=1500),
        Figure("paste: up", paste_up / kilobyte, "kB", goal=40),
        Figure("paste: down", paste_down / kilobyte, "kB", goal=40),
    ]


async def measure_crowd(url: str, database: str) -> list[Figure]:
    """A hundred planners, two events a second each: empty ones and edits in turn, three times."""
    tabs = [Tab(url, rep) for rep in range(2, MAX_REP + 1)]
    for tab in tabs:
        await tab.open()
    editors = [Editor(tab) for tab in tabs]
    empty: list[float] = []
    edit: list[float] = []
    acknowledged = 0
    for _ in range(ROUNDS):
        idle = await asyncio.gather(*(pace(tab.round_trip) for tab in tabs))
        edits = await asyncio.gather(*(pace(editor.edit_once) for editor in editors))
        acknowledged += sum(len(one) for one in edits)
        empty.append(p95(idle))
        edit.append(p95(edits))
    for tab in tabs:
        await tab.sio.disconnect()
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT count(*) FROM change_set WHERE user_id > 1").fetchone()
    sent = PLANNERS * EDITS_EACH * ROUNDS
    return [
        Figure("100 planners: edits sent", sent, "edits"),
        Figure("acknowledged edits lost", acknowledged - (row[0] if row else 0), "edits", goal=0),
        Figure("errors", sent - acknowledged, "edits", goal=0),
        Figure("edit, p95 (median)", median(edit), "ms", median(empty), 4, Comparison.RATIO),
    ]


class Editor:
    """A planner who writes a new figure into one of 100 rows at each turn."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.turn = tab, 0

    async def edit_once(self) -> float:
        self.turn += 1
        return (await self.tab.edit(1, ["2027-05"], str(1000 + self.turn)))[0]


async def pace(act) -> list[float]:
    """Repeat an act every half second from a random moment on; failures are left out."""
    await asyncio.sleep(random.random() * PAUSE_SECONDS)
    seconds = []
    for _ in range(EDITS_EACH):
        start = time.perf_counter()
        try:
            seconds.append(await act())
        except TimeoutError:
            continue
        await asyncio.sleep(max(0, PAUSE_SECONDS - (time.perf_counter() - start)))
    return seconds


def p95(runs: list[list[float]]) -> float:
    """Return the 95th percentile in milliseconds."""
    ordered = sorted(seconds for run in runs for seconds in run)
    return ordered[int(len(ordered) * 0.95)] * 1000


def main() -> None:
    """Measure and print the table."""
    raise typer.Exit(report("The planning grid over its socket", asyncio.run(measure())))


if __name__ == "__main__":
    typer.run(main)
