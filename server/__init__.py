"""The server of the managed service provider: clients, reviews, alignment, tickets and reports."""
