"""The order of versions, one comparator a scheme: older, equal, newer, or honestly incomparable."""
