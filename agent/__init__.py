"""The agent at the client's site: it collects from devices and keeps what they said until the server has it."""
