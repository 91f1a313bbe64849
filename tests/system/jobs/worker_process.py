"""The real worker, with the kinds of the tests: ``python -m tests.system.jobs.worker_process URL``."""

import sys

import tests.system.jobs.kinds  # noqa: F401
from sop_app.worker import run_worker

if __name__ == "__main__":
    run_worker(sys.argv[1])
