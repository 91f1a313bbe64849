"""The embedded server starts whatever its last life left behind, and stops with its owner."""

import contextlib
import os
from pathlib import Path

import psutil
import psycopg
import pytest

from sop_app.system.embedded_postgres import running_postgres


def server_process(data_dir: Path) -> psutil.Process:
    return psutil.Process(int((data_dir / "postgres/postmaster.pid").read_text().split()[0]))


def kill_server(data_dir: Path) -> None:
    """End the server as a power cut does."""
    process = server_process(data_dir)
    family = [process, *process.children(recursive=True)]
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=10)


def answer(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_class").fetchone()
        return row and row[0] > 0


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


def test_it_starts_stops_and_starts_again(data_dir: Path) -> None:
    for _ in range(2):
        with running_postgres(data_dir) as url:
            assert answer(url)
            process = server_process(data_dir)
        _, alive = psutil.wait_procs([process], timeout=10)
        assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []


def test_one_that_runs_is_shared_and_left_alone(data_dir: Path) -> None:
    with running_postgres(data_dir) as url:
        with running_postgres(data_dir) as same_url:
            assert same_url == url
        assert answer(url)


def test_it_recovers_from_a_kill(data_dir: Path) -> None:
    with running_postgres(data_dir) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        kill_server(data_dir)
    with running_postgres(data_dir) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.parametrize("trace", ["", "nonsense", "{own_pid}\n/x\n1\n1\n/x\n\n1 1\nready\n"])
def test_a_stale_trace_is_no_server(data_dir: Path, trace: str) -> None:
    (data_dir / "postgres/postmaster.pid").write_text(trace.format(own_pid=os.getpid()))
    with running_postgres(data_dir) as url:
        assert answer(url)


def test_a_cluster_that_was_half_made_is_made_anew(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with running_postgres(tmp_path) as url:
        assert answer(url)
    assert not unfinished.exists()
