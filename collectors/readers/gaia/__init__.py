"""Check Point Gaia."""
