"""The words of a check: read from YAML, held to the vocabulary of facts, kept as typed sentences."""
