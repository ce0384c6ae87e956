"""Tests of the rules engine; `words/` holds a standard for every word, with its cases."""
