"""The text of a LightGBM model, cut down to what forecasting reads."""

import re

NEEDED_BY_TREES = (
    "Tree=",
    "num_leaves=",
    "num_cat=",
    "split_feature=",
    "threshold=",
    "decision_type=",
    "left_child=",
    "right_child=",
    "leaf_value=",
    "is_linear=",
    "shrinkage=",
)
# Sizes of the trees in bytes would no longer be true; without them the trees are read in turn.
DROPPED_FROM_HEADER = ("tree_sizes=",)
DIGITS = {"threshold": 5, "leaf_value": 4}


def compact_model(text: str) -> str:
    """Drop what prediction does not need from a model's text, and round its numbers.

    Thresholds keep five digits and leaves four; the statistics of training, the importances and
    the parameters go.

    Example:
        >>> lines = ["tree", "Tree=0", "split_gain=7", "threshold=0.1234567", "end of trees", "x=1"]
        >>> compact_model(chr(10).join(lines)).split()
        ['tree', 'Tree=0', 'threshold=0.12346', 'end', 'of', 'trees']
    """
    model = text.split("end of trees")[0]
    header, *trees = re.split(r"^(?=Tree=)", model, flags=re.MULTILINE)
    kept = [line for line in header.splitlines() if not line.startswith(DROPPED_FROM_HEADER)]
    lines = [*kept, *(line for tree in trees for line in _compact_tree(tree)), "end of trees", ""]
    return "\n".join(lines)


def _compact_tree(tree: str) -> list[str]:
    kept = [line for line in tree.splitlines() if line.startswith(NEEDED_BY_TREES)]
    return [*(_round_numbers(line) for line in kept), ""]


def _round_numbers(line: str) -> str:
    name, _, values = line.partition("=")
    if name not in DIGITS:
        return line
    return f"{name}=" + " ".join(f"{float(value):.{DIGITS[name]}g}" for value in values.split())
