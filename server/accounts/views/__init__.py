"""The pages of sign-in, people, one's own account, tokens, audit log and settings."""
