"""Readers: pure functions that many drivers share, each for one standard MIB or one written form."""
