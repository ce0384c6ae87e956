"""Tests of accesses and credentials."""
