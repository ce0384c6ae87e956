"""The pages of notices: scan health, completeness, inbox, webhooks, outbox."""
