"""The commands: they explain themselves, refuse in one line, and end with a sensible exit code."""

import os
import subprocess
import sys

import psycopg
import pytest
from python_calamine import load_workbook

COMMANDS = ("run", "serve", "worker", "migrate", "create-admin", "load-demo")
CYCLE = """
    INSERT INTO cycle (id, name, start_month, horizon_months, mandatory_months, opens_at, closes_at,
                       time_zone, status, prefill, created_at, version)
    VALUES (1, 'January 2027', '2027-01-01', 16, 12, now(), now() + interval '1 day', 'UTC', 'open',
            'empty', now(), 1)
"""


def command(*words: str, url: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"DATABASE_URL": url} if url else {})
    return subprocess.run(
        [sys.executable, "-m", "sop_app", *words],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize("name", [*COMMANDS, "export"])
def test_every_command_explains_itself(name):
    answer = command(name, "--help")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Usage: " in answer.stdout


def test_the_report_is_written_to_a_file(database_url, tmp_path):
    with psycopg.connect(database_url) as owner:
        owner.execute(CYCLE)
    path = tmp_path / "report.xlsx"
    answer = command("export", "consolidated", "--cycle", "1", "-o", str(path), url=database_url)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert load_workbook(path).sheet_names[-1] == "Rows"


def test_a_refusal_is_one_line_and_leaves_no_file(database_url, tmp_path):
    path = tmp_path / "report.xlsx"
    answer = command("export", "consolidated", "--cycle", "9", "-o", str(path), url=database_url)
    assert answer.returncode == 1
    assert answer.stderr == "Error: There is no cycle 9 that you can open.\n"
    assert not path.exists()


def test_a_database_that_does_not_answer_is_said_without_a_traceback():
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    answer = command("export", "consolidated", "--cycle", "1", "-o", "report.csv", url=url)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: the database does not answer")
    assert "Traceback" not in answer.stderr
