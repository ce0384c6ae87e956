"""Verdicts of the standards over the current readings, rolled up to the client, with their changes."""
