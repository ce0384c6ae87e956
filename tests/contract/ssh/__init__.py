"""The SSH transport against loopback servers that behave, and that misbehave."""
