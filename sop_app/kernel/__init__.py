"""Concepts every room shares: periods, quantities, money, hierarchies, errors. Pure Python."""
