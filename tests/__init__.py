"""Tests of every package; the folders say what kind."""
