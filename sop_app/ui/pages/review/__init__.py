"""Review: what the team handed in, the largest changes first, to approve or to return."""
