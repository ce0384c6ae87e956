"""Proves each test peer with an independent client."""
