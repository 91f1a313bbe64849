"""Reading LightGBM's text: the answers are those of LightGBM, missing figures included."""

import numpy as np
import pytest

from sop_app.planning.forecasting.pretrained import model
from sop_app.planning.forecasting.pretrained.trees import read_trees

# Only training needs LightGBM, and LightGBM the OpenMP runtime of the system.
lightgbm = pytest.importorskip("lightgbm", exc_type=OSError)
RNG = np.random.default_rng(12)


def design(rows: int, features: int, missing: float) -> np.ndarray:
    figures = RNG.normal(0, 1.5, (rows, features)).astype(np.float32)
    figures[RNG.random(figures.shape) < 0.1] = 0
    figures[RNG.random(figures.shape) < missing] = np.nan
    return figures


def trained(tmp_path, **parameters) -> tuple:
    figures = design(900, 5, 0.2)
    target = np.nan_to_num(figures, nan=2.0) @ [1, -1, 0.5, 0, 2]
    options = {"verbose": -1, "num_threads": 1, "learning_rate": 0.3} | parameters
    booster = lightgbm.train(options, lightgbm.Dataset(figures, target), num_boost_round=25)
    path = tmp_path / "model.txt"
    booster.save_model(path)
    return booster, path


@pytest.mark.parametrize("path", sorted(model.SHIPPED.glob("*.txt")), ids=lambda path: path.stem)
def test_the_shipped_files_answer_as_in_lightgbm(path):
    booster = lightgbm.Booster(model_file=path)
    figures = design(5_000, booster.num_feature(), 0.1)
    # Figures exactly on a threshold go left.
    figures[:100, 22] = 0.12517
    expected = booster.predict(figures, num_threads=1)
    np.testing.assert_allclose(read_trees(path).predict(figures), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("handles_missing", [True, False])
def test_missing_figures_go_where_lightgbm_sends_them(tmp_path, handles_missing):
    booster, path = trained(tmp_path, use_missing=handles_missing)
    figures = design(3_000, 5, 0.3)
    expected = booster.predict(figures, num_threads=1)
    np.testing.assert_allclose(read_trees(path).predict(figures), expected, rtol=0, atol=1e-12)


def test_the_first_trees_and_several_threads(tmp_path):
    booster, path = trained(tmp_path)
    figures = design(3_000, 5, 0.3)
    trees = read_trees(path)
    expected = booster.predict(figures, num_iteration=7, num_threads=1)
    np.testing.assert_allclose(trees.predict(figures, first=7), expected, rtol=0, atol=1e-12)
    assert (trees.predict(figures, threads=2) == trees.predict(figures)).all()


def test_a_tree_that_never_splits_is_its_only_leaf(tmp_path):
    booster, path = trained(tmp_path, min_data_in_leaf=900)
    figures = design(4, 5, 0)
    np.testing.assert_allclose(read_trees(path).predict(figures), booster.predict(figures))


@pytest.mark.parametrize(
    "parameters", [{"zero_as_missing": True}, {"linear_tree": True, "linear_lambda": 0.1}]
)
def test_trees_of_another_kind_are_refused(tmp_path, parameters):
    _, path = trained(tmp_path, **parameters)
    with pytest.raises(ValueError, match="is not read"):
        read_trees(path)
