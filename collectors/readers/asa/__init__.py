"""Cisco ASA and what shares its command line."""
