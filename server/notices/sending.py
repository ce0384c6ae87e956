"""The outbox's duty: mails by the mail server of the environment, webhooks past our own networks."""

from datetime import datetime

from server.environment import read_environment
from server.notices.mail import MailSender
from server.notices.outbox import send_due, waiting
from server.notices.webhooks import WebhookSender


def is_due(at: datetime) -> bool:
    """Return whether something has to leave."""
    return waiting().filter(due_at__lte=at).exists()


def send(at: datetime) -> int:
    """Send what is due; return how many were taken. Raises ImproperlyConfigured for a mail address that is none."""
    environment = read_environment()
    url = environment.mail_url.get_secret_value() if environment.mail_url else None
    also = frozenset(environment.webhook_addresses)
    return send_due({"mail": MailSender(url), "webhook": WebhookSender(also=also)}, at)
