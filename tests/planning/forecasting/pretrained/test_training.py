"""The simulator repeats itself, the design has no unit, and a changed file is noticed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sop_app.planning.forecasting.pretrained import features, model
from sop_app.planning.forecasting.pretrained.examples import draw_examples
from sop_app.planning.forecasting.pretrained.simulate import simulate_series

# Only training needs LightGBM, and LightGBM the OpenMP runtime of the system.
pytest.importorskip("lightgbm", exc_type=OSError)
from sop_app.planning.forecasting.pretrained import train


def test_a_seed_gives_the_same_series_again() -> None:
    series = simulate_series(500, 3)
    np.testing.assert_array_equal(series, simulate_series(500, 3))
    assert not np.array_equal(series, simulate_series(500, 4))


def test_simulated_demand_is_varied_and_never_negative() -> None:
    series = simulate_series(3000, 3, months=50)
    assert series.shape == (3000, 50)
    assert np.isfinite(series).all()
    assert (series >= 0).all()
    has_gaps = (series == 0).mean(axis=1) > 0.2
    assert 0.02 < has_gaps.mean() < 0.15


def test_the_design_has_no_unit() -> None:
    months, known = simulate_series(200, 8)[:, :24], np.full(200, 24)
    horizons = np.tile(np.arange(1, 25), (200, 1))
    plain, base = features.build_design(features.scale_windows(months, known), horizons)
    scaled, other = features.build_design(features.scale_windows(1000 * months, known), horizons)
    np.testing.assert_array_equal(plain, scaled)
    np.testing.assert_array_equal(base, other)


def test_the_seasonal_naive_of_a_window_is_the_month_a_year_before() -> None:
    months = np.arange(1.0, 25.0)[None, :]
    windows = features.scale_windows(months, np.array([24]))
    _, naive = features.build_design(windows, np.array([[1, 12, 13, 24]]))
    level, spread = windows.level[0], windows.spread[0]
    np.testing.assert_allclose(level * (1 + spread * naive), [13, 24, 13, 24], rtol=1e-3)


def test_a_short_history_is_padded_with_its_mean() -> None:
    windows = features.cut_windows([np.array([1.0, 2.0, 3.0, 4.0, 5.0, 9.0])], 12)
    assert windows.level.tolist() == [4.0]
    assert windows.shape[0, :6].tolist() == [0.0] * 6
    assert windows.known.tolist() == [6]


def test_examples_of_the_short_look_back_are_partly_padded() -> None:
    short = draw_examples(2000, 1, 12, 6).windows.known
    assert 0.3 < (short < 12).mean() < 0.4
    assert short.min() == features.MIN_MONTHS
    assert (draw_examples(2000, 1, 24, 6).windows.known == 24).all()


def test_a_model_trained_again_has_the_same_text(tmp_path: Path, monkeypatch) -> None:
    texts = [_train_small(tmp_path / name, monkeypatch) for name in ("one", "other")]
    assert texts[0] == texts[1]


def test_a_changed_file_ends_the_check_with_one(tmp_path: Path, monkeypatch) -> None:
    _train_small(tmp_path / "one", monkeypatch)
    assert _check(tmp_path / "one").exit_code == 0
    changed = tmp_path / "one" / model.file_name(24)
    shutil.copy(tmp_path / "one" / model.file_name(24, 0.9), changed)
    failed = _check(tmp_path / "one")
    assert failed.exit_code == 1
    assert "point_24.txt: forecasts differ" in failed.output
    assert "the files are not those of manifest.json" in failed.output


def test_the_scores_of_the_manifest_are_those_of_the_files() -> None:
    manifest = json.loads((model.SHIPPED / train.MANIFEST).read_text())
    for look_back, scores in train.score_model(model.SHIPPED).items():
        assert scores == pytest.approx(manifest["scores"][look_back], abs=0.05)


def test_the_files_are_what_the_code_trains() -> None:
    assert list(train.check_files(model.SHIPPED, [24])) == []


def _check(folder: Path):
    app = train.typer.Typer()
    app.command()(train.main)
    return CliRunner().invoke(app, ["--check", "--folder", str(folder)])


def _train_small(folder: Path, monkeypatch) -> dict[str, bytes]:
    small = {"POINT_SERIES": 1500, "ERROR_SERIES": 1500, "SCORE_SERIES": 300, "POINT_TREES": 8}
    for name, value in (small | {"ERROR_TREES": 6, "CHECK_TREES": 4}).items():
        monkeypatch.setattr(train, name, value)
    train.train_files(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}
