"""What the linters cannot say: how much fits a reader, and what has to be said in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PRODUCT = sorted(Path("sop_app").rglob("*.py"))
TESTS = sorted(Path("tests").rglob("*.py"))
STATES = [path for path in PRODUCT if "ui" in path.parts and path.stem.endswith("state")]
VERBS = [path for path in PRODUCT if path.parent.parent.parent.name == "sop_app"]
FEATURES = [path for path in PRODUCT if path.name == "__init__.py"]
NAMES_OF_NOTHING = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(path: Path) -> Iterator[Function]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return (node for node in nodes if isinstance(node, Function))


def _line_count(node: Function | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", PRODUCT, ids=str)
def test_a_file_fits_a_reader(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", TESTS, ids=str)
def test_a_test_file_fits_a_reader(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 600


@pytest.mark.parametrize("path", [*PRODUCT, *TESTS], ids=str)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = {node.name: _line_count(node) for node in _functions(path)}
    assert {name: lines for name, lines in long.items() if lines > 60} == {}


@pytest.mark.parametrize("path", STATES, ids=str)
def test_an_event_handler_decides_nothing(path: Path) -> None:
    handlers = {
        node.name: _line_count(node)
        for node in _functions(path)
        if any(ast.unparse(each).startswith("requires(") for each in node.decorator_list)
    }
    assert {name: lines for name, lines in handlers.items() if lines >= 20} == {}


@pytest.mark.parametrize("path", STATES, ids=str)
def test_a_state_holds_one_thing(path: Path) -> None:
    classes = (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef))
    for node in classes:
        assert _line_count(node) < 200, node.name


@pytest.mark.parametrize("path", PRODUCT, ids=str)
def test_a_module_is_named_after_what_it_holds(path: Path) -> None:
    assert not NAMES_OF_NOTHING & {path.stem, *path.parent.parts}


@pytest.mark.parametrize("path", FEATURES, ids=str)
def test_a_package_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", VERBS, ids=str)
def test_a_verb_says_what_it_does(path: Path) -> None:
    verbs = [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, Function)
        and not node.name.startswith("_")
        and [argument.arg for argument in node.args.args][:1] == ["uow"]
    ]
    assert [node.name for node in verbs if not ast.get_docstring(node)] == []
