"""Sign-in, people, tokens, audit log and brand."""
