"""The agent's commands: the document goes to stdout, everything else to stderr."""
