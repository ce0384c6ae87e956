"""The sections of the tree of facts, grouped by what they speak of."""
