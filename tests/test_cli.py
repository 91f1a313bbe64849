"""The commands: they explain themselves, refuse in one line, and end with a sensible exit code."""

import os
import subprocess
import sys

import psycopg
import pytest
from python_calamine import load_workbook
from typer.testing import CliRunner

from sop_app.cli import app

COMMANDS = ("run", "serve", "worker", "migrate", "create-admin", "load-demo", "import")
CYCLE = """
    INSERT INTO cycle (id, name, start_month, horizon_months, mandatory_months, opens_at, closes_at,
                       time_zone, status, prefill, created_at, version)
    VALUES (1, 'January 2027', '2027-01-01', 16, 12, now(), now() + interval '1 day', 'UTC', 'open',
            'empty', now(), 1)
"""


def command(*words: str, url: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"DATABASE_URL": url} if url else {}) | settings
    return subprocess.run(
        [sys.executable, "-m", "sop_app", *words],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize("name", [*COMMANDS, "export"])
def test_every_command_explains_itself(name):
    answer = CliRunner().invoke(app, [name, "--help"])
    assert answer.exit_code == 0
    assert "Usage: " in answer.stdout


def test_the_program_names_its_commands():
    answer = command("--help")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert all(name in answer.stdout for name in COMMANDS)


def test_the_report_is_written_to_a_file(database_url, tmp_path):
    with psycopg.connect(database_url) as owner:
        owner.execute(CYCLE)
    path = tmp_path / "report.xlsx"
    answer = command("export", "consolidated", "--cycle", "1", "-o", str(path), url=database_url)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert load_workbook(path).sheet_names[-1] == "Rows"


@pytest.mark.parametrize("name", ["report.xlsx", "report.csv"])
def test_a_folder_that_does_not_exist_is_said_without_a_traceback(database_url, tmp_path, name):
    with psycopg.connect(database_url) as owner:
        owner.execute(CYCLE)
    path = str(tmp_path / "none" / name)
    answer = command("export", "consolidated", "--cycle", "1", "-o", path, url=database_url)
    assert answer.returncode == 1
    assert answer.stderr == f"Error: [Errno 2] No such file or directory: '{path}'\n"


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


def test_the_demo_company_is_loaded_once(database_url, tmp_path):
    answer = command("load-demo", url=database_url, SOP_DATA_DIR=str(tmp_path))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert (tmp_path / "demo_password.txt").read_text().strip() in answer.stdout
    assert "elena.marsh@orchardfoods.example" in answer.stdout
    again = command("load-demo", url=database_url, SOP_DATA_DIR=str(tmp_path))
    assert again.returncode == 1
    assert again.stderr.startswith("Error: The database already holds people")


def test_an_administrator_gets_a_random_password_shown_once(database_url):
    answer = command("create-admin", "ada@example.test", url=database_url)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert len(answer.stdout.splitlines()[-1].rpartition(" ")[2]) >= 15
    given = command("create-admin", "a@example.test", url=database_url, SOP_ADMIN_PASSWORD="short")
    assert given.returncode == 1
    assert given.stderr.startswith("Error: ")


@pytest.mark.parametrize(
    ("words", "settings", "reason"),
    [
        (["migrate"], {"PORT": "http"}, "PORT is no number: http"),
        (["migrate"], {"DATABASE_URL": "mysql://x"}, "DATABASE_URL has to begin with postgresql"),
        (["serve"], {"SOP_TIME_ZONE": "Mars/Base"}, "SOP_TIME_ZONE is no time zone: Mars/Base"),
        (["migrate", "--revision", "9999"], {}, "Can't locate revision identified by '9999'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(database_url, words, settings, reason):
    answer = command(*words, **({"DATABASE_URL": database_url} | settings))
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: ")
    assert reason in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_wrong_call_ends_with_the_usage_and_code_2(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("Code,Name\n")
    wrong_kind = ["import", "clients", str(path)]
    lost_file = ["import", "customers", str(tmp_path / "none.xlsx")]
    for words in (["fly"], lost_file, wrong_kind, ["export"]):
        answer = command(*words)
        assert answer.returncode == 2
        assert "Usage: " in answer.stderr + answer.stdout
        assert "Traceback" not in answer.stderr


def test_a_database_is_migrated(database_url):
    answer = command("migrate", url=database_url)
    assert (answer.returncode, answer.stdout) == (0, "The database is up to date.\n")
