"""Hostile devices as real servers, read by the pool beside honest ones: the attacks of the threat model, row by row."""
