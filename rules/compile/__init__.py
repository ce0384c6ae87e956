"""Compiles sentences to closures that give yes, no, unknown or not applicable, with the values they saw."""
