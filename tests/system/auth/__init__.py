"""Tests of people, sign-in and rights."""
