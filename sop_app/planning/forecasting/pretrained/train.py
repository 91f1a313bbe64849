"""Train the pre-trained model on simulated series, or check that the shipped one came from here.

``python -m sop_app.planning.forecasting.pretrained.train`` writes the model's files anew;
``--check`` writes nothing: it compares the files' sums with the manifest, learns the first trees
of every file again and compares what they forecast, and ends with 1 where anything differs.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import lightgbm
import numpy as np
import typer
from numpy.typing import NDArray

from sop_app.planning.forecasting.pretrained import features, model
from sop_app.planning.forecasting.pretrained.compact import compact_model
from sop_app.planning.forecasting.pretrained.examples import Examples, draw_examples
from sop_app.planning.forecasting.pretrained.features import Floats
from sop_app.planning.forecasting.pretrained.trees import read_trees

SEED = 20_261_128
POINT_SERIES, ERROR_SERIES, SCORE_SERIES = 160_000, 80_000, 8_000
ASKED = 6
POINT_TREES, ERROR_TREES, CHECK_TREES = 450, 60, 10
# A target further off than this teaches about an outlier, not about the series.
LARGEST_TARGET = 30.0
# Mean difference in spreads: rounding the text costs at most 0.0006, other series 0.03 and more.
TOLERANCE = 0.005
MANIFEST = "manifest.json"

COMMON: dict[str, Any] = {
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "feature_fraction": 0.7,
    "lambda_l2": 1.0,
    "max_bin": 127,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
POINT = COMMON | {
    "objective": "l1",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 60,
}
ERROR = COMMON | {
    "objective": "quantile",
    "learning_rate": 0.1,
    "num_leaves": 16,
    "min_data_in_leaf": 200,
}


def train_files(folder: Path) -> None:
    """Train every file of the model and write them with their manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    for look_back in features.LOOK_BACKS:
        for name, booster in _learn_look_back(folder, look_back):
            (folder / name).write_text(compact_model(booster.model_to_string()))
    manifest = _describe_files(folder) | {"scores": score_model(folder)}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


def check_files(folder: Path, look_backs: Sequence[int] = features.LOOK_BACKS) -> Iterator[str]:
    """Say what differs between the files and what this code would have written.

    The sums of all files are compared, the first trees of the look-backs named.
    """
    files = json.loads((folder / MANIFEST).read_text())["files"]
    if _describe_files(folder)["files"] != files:
        yield f"{folder}: the files are not those of {MANIFEST}"
    for look_back in look_backs:
        probe, _ = _ask_all(draw_examples(SCORE_SERIES, SEED + 2, look_back, ASKED))
        for name, booster in _learn_look_back(folder, look_back, most_trees=CHECK_TREES):
            expected = np.asarray(booster.predict(probe, num_threads=1))
            answer = read_trees(folder / name).predict(probe, first=CHECK_TREES)
            if (distance := float(np.abs(answer - expected).mean())) > TOLERANCE:
                yield f"{name}: forecasts differ by {distance:.4f} spreads, over {TOLERANCE}"


def score_model(folder: Path) -> dict[str, dict[str, float]]:
    """Score the files on simulated series that taught nothing: MASE, and coverage in percent."""
    return {
        str(look_back): _score_look_back(folder, look_back) for look_back in features.LOOK_BACKS
    }


def _learn_look_back(
    folder: Path, look_back: int, most_trees: int = POINT_TREES
) -> Iterator[tuple[str, lightgbm.Booster]]:
    """Learn the files of a look-back: the point model first, then the quantiles of its errors.

    The errors are those of the file in the folder, as it stands when they are reached, on series
    the point model has not seen.
    """
    name = model.file_name(look_back)
    design, distance = _ask_all(draw_examples(POINT_SERIES, SEED, look_back, ASKED))
    lessons = _lay_out(design, distance)
    yield name, lightgbm.train(POINT, lessons, num_boost_round=min(POINT_TREES, most_trees))
    point = read_trees(folder / name)
    design, distance = _ask_all(draw_examples(ERROR_SERIES, SEED + 1, look_back, ASKED))
    error = distance - point.predict(design)
    lessons = _lay_out(design, error)
    for quantile in model.QUANTILES:
        learned = lightgbm.train(
            ERROR | {"alpha": quantile}, lessons, num_boost_round=min(ERROR_TREES, most_trees)
        )
        yield model.file_name(look_back, quantile), learned


def _ask_all(examples: Examples) -> tuple[NDArray[np.float32], Floats]:
    """Lay out the questions and how far the truth was from the seasonal naive, in spreads."""
    design, seasonal_naive = features.build_design(examples.windows, examples.horizons)
    return design, examples.target - seasonal_naive


def _lay_out(design: NDArray[np.float32], target: Floats) -> lightgbm.Dataset:
    label = np.clip(target, -LARGEST_TARGET, LARGEST_TARGET)
    return lightgbm.Dataset(design, label, params=COMMON)


def _score_look_back(folder: Path, look_back: int) -> dict[str, float]:
    ahead = features.MODEL_HORIZON
    examples = draw_examples(SCORE_SERIES, SEED + 2, look_back, ahead)
    trained = model.load_model(folder)[look_back]
    answer = model.predict_windows(trained, examples.windows, ahead)
    columns = examples.horizons - 1
    point = np.take_along_axis(answer.point, columns, axis=1)
    error = examples.actual - point
    limits = np.take_along_axis(answer.offsets, columns[:, :, None], axis=1)
    is_covered = (error[:, :, None] >= limits[..., :2]) & (error[:, :, None] <= limits[..., :1:-1])
    low, high = 100 * is_covered.mean(axis=(0, 1))
    moving = examples.naive_error > 0
    scaled = np.abs(error[moving]).mean(axis=1) / examples.naive_error[moving]
    return {
        "mase": round(float(scaled.mean()), 4),
        "coverage_80": round(float(high), 2),
        "coverage_95": round(float(low), 2),
    }


def _describe_files(folder: Path) -> dict[str, Any]:
    texts = {path.name: path.read_bytes() for path in sorted(folder.glob("*.txt"))}
    return {
        "seed": SEED,
        "versions": {"lightgbm": lightgbm.__version__, "numpy": np.__version__},
        "trained_on": f"{POINT_SERIES} and {ERROR_SERIES} simulated series, nothing else",
        "files": {
            name: {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
            for name, text in texts.items()
        },
    }


def main(
    check: Annotated[bool, typer.Option(help="Compare with the shipped files only.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the files are.")] = model.SHIPPED,
) -> None:
    """Train the shipped model on simulated series, or check that the shipped files came of it."""
    if not check:
        train_files(folder)
        typer.echo((folder / MANIFEST).read_text())
        return
    differences = list(check_files(folder))
    for difference in differences:
        typer.echo(difference, err=True)
    if differences:
        raise typer.Exit(1)
    typer.echo("The shipped files are what this code trains.")


if __name__ == "__main__":
    typer.run(main)
