"""One running program, with one company, for all the tests of this folder that change nothing."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from tests.security.live import Server, running_server
from tests.security.world import World, build_world

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def make_company(postgres: str, template_database: str) -> Callable[[str], tuple[str, World]]:
    """Create a database with the company of these tests: ``make_company("name")``."""

    def make(name: str) -> tuple[str, World]:
        with psycopg.connect(postgres.format("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
        url = postgres.format(name)
        return url, build_world(url)

    return make


@pytest.fixture(scope="session")
def start(tmp_path_factory, make_company) -> Iterator[Callable[[str], tuple[Server, World]]]:
    """Start a variant of the program on a company of its own: ``start("without_gate")``."""
    with ExitStack() as stack:

        def run(variant: str) -> tuple[Server, World]:
            url, world = make_company(f"security_{variant}_{next(_numbers)}")
            folder = tmp_path_factory.mktemp(variant)
            target = f"tests.security.apps:{variant}"
            return stack.enter_context(running_server(url, folder, app=target)), world

        yield run


@pytest.fixture(scope="session")
def company(start) -> tuple[Server, World]:
    """The whole program, running, and who is who in its company."""
    return start("whole")


@pytest.fixture
def server(company) -> Server:
    return company[0]


@pytest.fixture
def world(company) -> World:
    return company[1]
