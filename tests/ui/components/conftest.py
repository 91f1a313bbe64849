"""The demo application is built and served by a fixture, never imported by the test process."""

collect_ignore_glob = ["plan_grid_demo/*"]
