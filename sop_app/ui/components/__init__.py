"""Building blocks of screens. No feature is named in here."""
