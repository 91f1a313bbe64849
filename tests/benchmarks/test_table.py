"""The table of figures judges and prints without rounding a verdict away."""

import pytest

from benchmarks.table import Comparison, Figure, describe_machine, format_table, report

RATIO, DIFFERENCE = Comparison.RATIO, Comparison.DIFFERENCE


@pytest.mark.parametrize(
    ("figure", "compared", "is_met"),
    [
        (Figure("import", 9.0, "s", 3.0, 3.5, RATIO), 3.0, True),
        (Figure("import", 10.53, "s", 3.0, 3.5, RATIO), 3.51, False),
        (Figure("script", 700, "kB", 250, 450, DIFFERENCE), 450, True),
        (Figure("script", 701, "kB", 250, 450, DIFFERENCE), 451, False),
        (Figure("paste", 1.6, "s", goal=1.5), 1.6, False),
        (Figure("memory", 512.0, "MB"), 512.0, True),
    ],
)
def test_goal_limits_value_ratio_or_difference(figure: Figure, compared: float, is_met: bool):
    assert figure.compared() == pytest.approx(compared)
    assert figure.is_met() is is_met


def test_ratio_without_baseline_is_refused():
    with pytest.raises(ValueError, match="needs a baseline"):
        Figure("import", 9.0, "s", goal=3.5, comparison=RATIO).compared()


def test_table_is_aligned():
    table = format_table(
        [
            Figure("import of 541,909 rows", 9.0, "s", 3.0, 3.5, RATIO),
            Figure("script", 1701.4, "kB", 250, 450, DIFFERENCE),
            Figure("memory", 0.534, "MB"),
        ]
    )
    assert table.splitlines() == [
        "work                    measured  baseline   compared        goal  verdict",
        "----------------------  --------  --------  ---------  ----------  -------",
        "import of 541,909 rows       9 s       3 s      3.00x    <= 3.50x  met",
        "script                  1,701 kB    250 kB  +1,451 kB  <= +450 kB  MISSED",
        "memory                  0.534 MB",
    ]


def test_report_prints_the_machine_and_fails_on_a_missed_goal(capsys: pytest.CaptureFixture[str]):
    assert report("Paste", [Figure("paste", 1.4, "s", goal=1.5)]) == 0
    assert report("Paste", [Figure("paste", 1.6, "s", goal=1.5)]) == 1
    printed = capsys.readouterr().out
    assert "Paste\n" in printed
    assert printed.count("MISSED") == 1


def test_machine_line_names_cores_python_and_postgresql():
    assert all(word in describe_machine() for word in ("cores", "Python 3.", "PostgreSQL 1"))
