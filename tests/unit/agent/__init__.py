"""Tests of the agent's own work: its files, its checklist, its reports."""
