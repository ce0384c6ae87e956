"""Tests of clients and devices."""
