"""The long tier: property tests with many more examples and new seeds until the time is used up."""
