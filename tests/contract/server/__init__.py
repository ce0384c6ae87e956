"""The server as an administrator runs it: its commands and its processes, for real."""
