"""Ways to devices and the credentials for them: sealed, scoped, and whether they work."""
