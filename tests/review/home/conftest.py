"""The same company and cycles as the tests of submissions."""

from tests.review.submissions.conftest import frozen_clock, mark, plan, world  # noqa: F401
