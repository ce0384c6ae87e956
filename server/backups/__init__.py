"""Backups: one file with the whole database, of either kind, and what must be done after it is restored."""
