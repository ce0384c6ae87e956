"""Accounts, the ledger of logons, and first contact."""
