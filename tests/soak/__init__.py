"""The long runs: every fuzz target and property test with new seeds, round after round, until the hours are over."""
