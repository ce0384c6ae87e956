"""Tests of the link as the server holds it."""
