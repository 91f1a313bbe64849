"""Decisions about runs of the baseline forecast."""

from enum import StrEnum

from sop_app.kernel.errors import InvalidInputError

HORIZON_MONTHS = 18
LONGEST_HORIZON = 36
BACKTEST_MONTHS = 6
BACKTEST_STEP = 3
BACKTEST_WINDOWS = 3
MOST_WINDOWS = 12
NAIVE = "seasonal_naive"
RIVALS = (NAIVE, "moving_average_12", "damped_holt_winters", "dot", "pretrained")
"""What the chosen method is compared with in every run; all of them are cheap."""


class Level(StrEnum):
    """Where in the company's hierarchy a series stands."""

    PRODUCT = "product"
    FAMILY = "family"
    CATEGORY = "category"
    REGION = "region"
    CHANNEL = "channel"
    TOTAL = "total"

    @property
    def label(self) -> str:
        """The level's name on the screen."""
        return self.value.capitalize()


class FindingStatus(StrEnum):
    """What a planner decided about an unusual month: OPEN -> ACCEPTED | REJECTED | IGNORED -> OPEN."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IGNORED = "ignored"

    def may_become(self, other: "FindingStatus") -> bool:
        """Say whether a finding may go from here to there: a decision is taken, or taken back.

        Example:
            >>> FindingStatus.OPEN.may_become(FindingStatus.ACCEPTED)
            True
            >>> FindingStatus.ACCEPTED.may_become(FindingStatus.IGNORED)
            False
        """
        return (self is FindingStatus.OPEN) != (other is FindingStatus.OPEN)


def check_request(horizon: int, windows: int) -> None:
    """Refuse a run nobody could want.

    Raises:
        InvalidInputError: A number is out of range; each field says its limits.
    """
    refused: dict[str, str] = {}
    if not 1 <= horizon <= LONGEST_HORIZON:
        refused["horizon"] = f"The horizon is 1 to {LONGEST_HORIZON} months, not {horizon}."
    if not 0 <= windows <= MOST_WINDOWS:
        refused["windows"] = f"The back-test has 0 to {MOST_WINDOWS} windows, not {windows}."
    if refused:
        raise InvalidInputError(refused)


def origin_cuts(windows: int) -> list[int]:
    """List how many months each origin of the back-test forgets, the latest origin first.

    Example:
        >>> origin_cuts(3)
        [6, 9, 12]
    """
    return [BACKTEST_MONTHS + BACKTEST_STEP * window for window in range(windows)]
