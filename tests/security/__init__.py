"""Tests that play the attacker, over real sockets and real HTTP."""
