"""Commands for whoever runs the program: ``python -m sop_app --help``."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError, OperationalError

from sop_app.demo_company.access import (
    describe_sign_in,
    read_demo_password,
    set_up_demo_company,
)
from sop_app.demo_company.loader import is_empty
from sop_app.import_kinds import register_import_kinds
from sop_app.kernel.errors import AppError
from sop_app.review.reports import service as reports
from sop_app.review.reports.schemas import FileFormat, ReportScope
from sop_app.system import database, installation, migrations
from sop_app.system.auth import users
from sop_app.system.auth.passwords import random_password
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork
from sop_app.system.front_end import BUILD, ensure_front_end, is_current
from sop_app.system.spreadsheets.answers import Answers
from sop_app.system.spreadsheets.command import import_file
from sop_app.system.spreadsheets.kinds import all_kinds
from sop_app.system.spreadsheets.schemas import ImportResult
from sop_app.system.spreadsheets.telling import complain, tell
from sop_app.worker import run_worker

app = typer.Typer(
    name="sop_app",
    help="Sales & Operations Planning: the program's commands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


exports = typer.Typer(help="Write reports to files.", no_args_is_help=True)
app.add_typer(exports, name="export")


def main() -> NoReturn:
    """Run a command; a refusal is one line on the console and exit code 1."""
    try:
        app()
    except AppError as refusal:
        typer.echo(f"Error: {refusal.message}", err=True)
    except OperationalError as failure:
        typer.echo(f"Error: the database does not answer: {failure.orig}", err=True)
    except DBAPIError as failure:
        typer.echo(f"Error: the database refused: {failure.orig}", err=True)
    except CommandError as failure:
        typer.echo(f"Error: {failure}", err=True)
    except (ValueError, OSError) as failure:
        typer.echo(f"Error: {failure}", err=True)
    sys.exit(1)


@contextmanager
def database_url(*, always_stop: bool = False) -> Iterator[str]:
    """Yield ``DATABASE_URL``, or run the embedded PostgreSQL for the length of the command."""
    with installation.open_database(always_stop=always_stop) as url:
        os.environ["DATABASE_URL"] = url
        get_config.cache_clear()
        yield url


@asynccontextmanager
async def unit_of_work(url: str) -> AsyncIterator[UnitOfWork]:
    """Open the command's one transaction, on behalf of the program itself."""
    database.connect_engine(url)
    try:
        with database.acting_as(SYSTEM_ACTOR):
            async with database.unit_of_work() as uow:
                yield uow
    finally:
        await database.disconnect_engine()


@app.command()
def run(
    demo: Annotated[
        bool, typer.Option(help="Load the demo company into an empty database.")
    ] = True,
) -> None:
    """Start everything on this machine: database, web and worker. Ctrl-C ends it."""
    _end_on_signals()
    with installation.sole_run(), database_url(always_stop=True) as url:
        migrations.upgrade(url)
        if not is_current():
            typer.echo("Building the front end; this takes about a minute, once.")
            ensure_front_end()
        if demo:
            asyncio.run(_load_demo_into_empty(url))
        services = installation.services()
        try:
            for service in services:
                service.start()
            _keep_running(services)
        finally:
            for service in services:
                service.stop()


def _keep_running(services: list[installation.Service]) -> None:
    def keep_alive() -> None:
        for service in services:
            service.keep_alive()

    installation.wait_until_ready(keep_alive)
    if password := read_demo_password():
        typer.echo(f"\n{describe_sign_in(password)}\n")
    typer.echo(f"S&OP is ready: {get_config().public_url}  (Ctrl-C ends it)")
    while True:
        keep_alive()
        time.sleep(1)


def _end_on_signals() -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _end)


def _end(_signal: int, _frame: object) -> NoReturn:
    """End in order; whoever presses Ctrl-C twice does not end half of it."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise typer.Exit(0)


async def _load_demo_into_empty(url: str) -> None:
    async with unit_of_work(url) as uow:
        if await is_empty(uow):
            await set_up_demo_company(uow)


@app.command()
def load_demo() -> None:
    """Load the demo company into an empty database, and show who may sign in."""
    with database_url() as url:
        migrations.upgrade(url)
        password = asyncio.run(_load_demo(url))
    typer.echo(describe_sign_in(password))


async def _load_demo(url: str) -> str:
    async with unit_of_work(url) as uow:
        return await set_up_demo_company(uow)


@app.command()
def serve() -> None:
    """Serve the screens and the API."""
    _end_on_signals()
    with database_url():
        if not BUILD.exists():
            ensure_front_end()
        environment = {**os.environ, **installation.WEB_ENVIRONMENT}
        web = subprocess.Popen(  # noqa: S603
            installation.web_command(), cwd=migrations.PROJECT_ROOT, env=environment
        )
        try:
            raise typer.Exit(web.wait())
        finally:
            web.terminate()
            web.wait()


@app.command()
def migrate(
    revision: Annotated[str, typer.Option(help="Where to stop.")] = "head",
) -> None:
    """Bring the database's tables to the program's version."""
    with database_url() as url:
        migrations.upgrade(url, revision)
        typer.echo("The database is up to date.")


@app.command()
def worker() -> None:
    """Close cycles at their deadline, send mail, and do long work."""
    with database_url() as url:
        run_worker(url)


@app.command("import")
def import_command(  # noqa: PLR0913
    kind: Annotated[str, typer.Argument(help="What the file holds: customers, sales_lines ...")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    mapping: Annotated[
        str, typer.Option(help="Name of a matching of columns saved on the screen Imports.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the file and store nothing.")
    ] = False,
    sheet: Annotated[str, typer.Option(help="Name of the sheet.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="FIELD=HEADER: which column fills a field.")
    ] = None,
    choice: Annotated[
        list[str] | None, typer.Option(help="NAME=ANSWER: no_customer=unknown ...")
    ] = None,
    read: Annotated[
        list[str] | None, typer.Option(help="HEADER=day_first, month_first, point or comma.")
    ] = None,
    errors: Annotated[
        Path,
        typer.Option(
            file_okay=False, exists=True, help="Folder for the file with its errors marked."
        ),
    ] = Path(),
) -> None:
    """Import a file: checked, compared and stored, all of it or nothing.

    Ends with code 0 when the file was imported (or is right, on a dry run), 1 when it was refused,
    2 when the command was wrong. Wrong rows refuse the file; it is written once more with its
    errors marked.
    """
    answers = Answers(mapping, sheet, _pairs(column), _pairs(choice), _pairs(read))
    register_import_kinds()
    known = [each.name for each in all_kinds()]
    if kind not in known:
        raise typer.BadParameter(f"'{kind}' is none of {', '.join(known)}.")
    with database_url() as url:
        migrations.upgrade(url)
        asked = asyncio.run(_import(url, kind, file, answers, errors, is_dry_run=dry_run))
    for line in tell(asked, file.name, is_dry_run=dry_run):
        typer.echo(line)
    for line in complain(asked):
        typer.echo(line, err=True)
    if asked.counts.wrong:
        raise typer.Exit(1)


def _pairs(texts: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in texts or ():
        name, sign, answer = text.partition("=")
        if not (name and sign):
            raise typer.BadParameter(f"'{text}' is not of the form NAME=ANSWER.")
        pairs[name.strip()] = answer.strip()
    return pairs


async def _import(
    url: str, kind: str, file: Path, answers: Answers, errors: Path, *, is_dry_run: bool
) -> ImportResult:
    async with unit_of_work(url) as uow:
        result = await import_file(
            uow, kind, file, answers, is_dry_run=is_dry_run, error_folder=errors
        )
        if not result.is_accepted:
            await uow.roll_back()
        return result


@app.command()
def create_admin(
    email: Annotated[str, typer.Argument(help="What the administrator signs in with.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "Administrator",
) -> None:
    """Create an administrator, or let a locked-out one in again.

    The password comes from SOP_ADMIN_PASSWORD, else from a prompt; without a terminal, or when
    nothing is typed, a random one is made and shown once.
    """
    given = os.environ.get("SOP_ADMIN_PASSWORD") or _ask_for_password()
    password = given or random_password()
    with database_url() as url:
        migrations.upgrade(url)
        asyncio.run(_create_admin(url, email, name, password))
    typer.echo(f"{email} is an administrator.")
    if not given:
        typer.echo(f"The password, shown this once: {password}")


def _ask_for_password() -> str:
    if not sys.stdin.isatty():
        return ""
    return typer.prompt(
        "Password (empty for a random one)",
        default="",
        hide_input=True,
        show_default=False,
        confirmation_prompt=True,
    )


async def _create_admin(url: str, email: str, name: str, password: str) -> None:
    async with unit_of_work(url) as uow:
        await users.create_admin(uow, email, name, password)


@app.command()
def forecast(
    source: Annotated[Path, typer.Option("--input", help="Parquet or CSV: unique_id, ds, y.")],
    output: Annotated[Path, typer.Option("--output", help="File ending in .parquet or .csv.")],
    horizon: Annotated[int, typer.Option(help="Months ahead, 1 to 36.")],
    method: Annotated[str, typer.Option(help="Name of the method.")] = "auto",
    levels: Annotated[str, typer.Option(help="Intervals in percent, of 80 and 95.")] = "80,95",
) -> None:
    """Forecast every item of a file of monthly histories; no database is needed."""
    from sop_app.planning.forecasting.command import forecast_file
    from sop_app.planning.forecasting.parallel import configured_workers

    wanted = tuple(int(level) for level in levels.split(",") if level.strip())
    workers = configured_workers()
    count, notes = forecast_file(
        source, output, horizon, method=method, levels=wanted, workers=workers
    )
    for item, note in notes.items():
        typer.echo(f"{item}: last year's figures instead. {note}", err=True)
    typer.echo(f"{count:,} items were forecast: {output}")


@app.command()
def backtest(
    source: Annotated[Path, typer.Option("--input", help="Parquet or CSV: unique_id, ds, y.")],
    horizon: Annotated[int, typer.Option(help="Months ahead.")],
    windows: Annotated[int, typer.Option(help="Origins, three months apart.")] = 3,
) -> None:
    """Show how good the methods would have been on a file's own past; no database is needed."""
    from sop_app.planning.forecasting.command import backtest_file
    from sop_app.planning.forecasting.parallel import configured_workers

    typer.echo(backtest_file(source, horizon, windows, workers=configured_workers()))


@exports.command()
def consolidated(
    cycle: Annotated[int, typer.Option(help="Number of the cycle, as in its address.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File ending in .xlsx or .csv.")],
) -> None:
    """Write the consolidated report of a cycle to a file."""
    endings = {f".{one}": one for one in FileFormat}
    file_format = endings.get(output.suffix.lower())
    if file_format is None:
        raise typer.BadParameter(f"'{output.name}' ends in neither .xlsx nor .csv.")
    with database_url() as url:
        asyncio.run(_write_consolidated(url, ReportScope(cycle), file_format, output))
    typer.echo(f"{output} was written.")


async def _write_consolidated(
    url: str, scope: ReportScope, file_format: FileFormat, output: Path
) -> None:
    async def stay_silent(_done: int, _total: int) -> None:
        return None

    async with unit_of_work(url) as uow:
        await reports.write_consolidated(uow, scope, file_format, output, stay_silent)
