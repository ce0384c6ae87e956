"""Tests of the facts: vocabulary, words, documents, merging, identity."""
