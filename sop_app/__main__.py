"""Entry point of ``python -m sop_app``."""

from sop_app.cli import main

main()
