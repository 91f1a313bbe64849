"""The two commands, as somebody types them."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sop_app.cli import app

RNG = np.random.default_rng(2)
MONTH = np.arange(48)


@pytest.fixture
def histories(tmp_path):
    months = pd.date_range("2022-01-01", periods=48, freq="MS")
    season = 100 + 20 * np.sin(MONTH * np.pi / 6)
    frames = [
        pd.DataFrame({"unique_id": item, "ds": months, "y": season * RNG.uniform(0.9, 1.1, 48)})
        for item in ("A", "B")
    ]
    path = tmp_path / "history.csv"
    pd.concat(frames).to_csv(path, index=False)
    return path


def call(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_file_is_forecast(histories, tmp_path):
    output = tmp_path / "forecast.parquet"
    answer = call("forecast", "--input", histories, "--horizon", 3, "--output", output)
    assert answer.exit_code == 0, answer.output
    assert "2 items were forecast" in answer.output
    frame = pd.read_parquet(output)
    columns = ["unique_id", "ds", "method", "yhat", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert list(frame.columns) == columns
    assert len(frame) == 6
    assert f"{frame['ds'].iloc[0]:%Y-%m-%d}" == "2026-01-01"


def test_csv_holds_the_same_figures(histories, tmp_path):
    one, two = tmp_path / "f.csv", tmp_path / "f.parquet"
    for output in (one, two):
        words = ("--method", "theta", "--levels", "95", "--output", output)
        answer = call("forecast", "--input", histories, "--horizon", 2, *words)
        assert answer.exit_code == 0, answer.output
    np.testing.assert_allclose(pd.read_csv(one)["yhat"], pd.read_parquet(two)["yhat"])
    assert "lo-80" not in pd.read_csv(one).columns


def test_a_back_test_prints_a_table(histories):
    answer = call("backtest", "--input", histories, "--horizon", 3, "--windows", 1)
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    assert lines[0] == "2 items, 1 origins, 3 months ahead"
    assert lines[2].split() == [
        "method",
        "WAPE",
        "bias",
        "MASE",
        "hit",
        "rate",
        "80",
        "%",
        "95",
        "%",
    ]
    methods = {line.split()[0] for line in lines[3:]}
    assert methods == {"auto", "auto_ets", "dot", "pretrained", "seasonal_naive"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--horizon", "3", "--output", "f.xlsx"), "ends in neither .parquet nor .csv"),
        (("--horizon", "99", "--output", "f.csv"), "The horizon is 1 to 36 months."),
        (("--horizon", "3", "--method", "luck", "--output", "f.csv"), "There is no method 'luck'"),
        (("--horizon", "3", "--levels", "50", "--output", "f.csv"), "80 and 95 %, not 50"),
    ],
)
def test_wrong_answers_are_refused_and_nothing_is_written(
    histories, tmp_path, monkeypatch, words, sentence
):
    monkeypatch.chdir(tmp_path)
    answer = call("forecast", "--input", histories, *words)
    assert answer.exit_code == 1
    assert sentence in str(answer.exception)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.csv"]
