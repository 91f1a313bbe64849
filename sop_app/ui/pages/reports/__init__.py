"""Reports: the consolidated report of a cycle, on screen and as files."""
