"""Import anything tabular, safely: staged, previewed, accepted all or nothing."""
