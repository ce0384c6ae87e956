"""House tests: what holds for every file, whoever wrote it."""
