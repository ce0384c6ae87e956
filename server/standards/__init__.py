"""The Standards Library as the server has it, and each client's own settings."""
