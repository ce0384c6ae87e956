"""Commands of the server that reach over several apps."""
