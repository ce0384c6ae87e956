"""The vocabulary of facts: what drivers fill and rules read. Imports only pydantic."""
