"""Unit tests: pure functions."""
