"""The verbs of notices: what people do with problems, notices, webhooks and the outbox."""
