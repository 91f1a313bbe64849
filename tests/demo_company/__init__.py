"""Tests of the generated demo company."""
