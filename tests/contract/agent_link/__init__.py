"""The agent against a server that stands in for the real one, over real sockets."""
