"""Telling people what needs them: inbox, mail, digest, webhooks, and the problems of scans grouped by cause."""
