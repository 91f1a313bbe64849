"""Tests of the screens' building blocks."""
