"""The demo company the tests look at, for several seeds and days."""

from datetime import date

import pytest

from sop_app.demo_company.generator import DemoCompany, generate_company

SETTINGS = [(7, date(2026, 11, 20)), (1, date(2027, 1, 4)), (42, date(2028, 2, 29))]


@pytest.fixture(scope="package", params=SETTINGS, ids=lambda setting: f"{setting[0]} {setting[1]}")
def setting(request: pytest.FixtureRequest) -> tuple[int, date]:
    return request.param


@pytest.fixture(scope="package")
def today(setting: tuple[int, date]) -> date:
    return setting[1]


@pytest.fixture(scope="package")
def company(setting: tuple[int, date]) -> DemoCompany:
    return generate_company(*setting)
