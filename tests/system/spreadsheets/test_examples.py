"""The examples in the docstrings are true."""

import doctest
import importlib

import pytest

MODULES = ("cells", "date_text", "formula_guard", "names", "number_text")


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    result = doctest.testmod(importlib.import_module(f"sop_app.system.spreadsheets.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
