"""Mails: by the SMTP server of DATUMLINE_SERVER_MAIL_URL, with the MSP's own name and sender."""

import smtplib
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string
from django.utils.translation import override

from server.accounts.models import Brand
from server.notices.models import Outgoing
from server.notices.outbox import REFUSED_MAIL, Later, Never

TIMEOUT_S: Final = 20
PRODUCT: Final = "Datumline"


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in."""

    name: str
    port: int
    user: str
    password: str
    tls: bool
    """STARTTLS before anything else."""
    ssl: bool
    """TLS from the first byte."""


def mail_server(url: str) -> MailServer:
    """Return the mail server of an address; raises ImproperlyConfigured, which never repeats it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("DATUMLINE_SERVER_MAIL_URL is no address.") from error
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("DATUMLINE_SERVER_MAIL_URL must be like smtp://user:password@address:587?tls=yes.")
    ssl = parts.scheme == "smtps"
    tls = not ssl and parse_qs(parts.query).get("tls", ["yes"])[0] != "no"
    if parts.password and not (tls or ssl):
        raise ImproperlyConfigured("DATUMLINE_SERVER_MAIL_URL would send the password readable; use tls=yes or smtps.")
    default = 465 if ssl else 587 if tls else 25
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or default, user, password, tls, ssl)


class MailSender:
    """Hands mails in, one connection for each: a digest a day and a person needs no more."""

    def __init__(self, url: str | None) -> None:
        """Take the server's address; without one every mail waits."""
        self._server = mail_server(url) if url else None

    def __call__(self, row: Outgoing) -> None:
        """Send one mail; raises Later while the server cannot take it, Never when it refuses this one."""
        if self._server is None:
            raise Later("no mail server is set (DATUMLINE_SERVER_MAIL_URL)")
        if row.user is None:
            raise Never("nobody is addressed")
        server = self._server
        backend = EmailBackend(
            host=server.name,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            use_ssl=server.ssl,
            timeout=TIMEOUT_S,
        )
        message = letter(row)
        message.connection = backend
        try:
            message.send()
        except REFUSED_MAIL as error:
            raise Never(f"the mail server refused the mail ({type(error).__name__})") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Later(f"the mail server did not take it ({type(error).__name__})") from error


def letter(row: Outgoing) -> EmailMessage:
    """Return the mail: plain text, the MSP's name first, links to this server only."""
    user = row.user
    assert user is not None  # noqa: S101 - checked by the sender
    brand = Brand.objects.filter(pk=1).first()
    name = (brand.name if brand else "") or PRODUCT
    lines, links = row.body.get("lines", []), row.body.get("links", [])
    with override(user.language):
        told = [(line, _address(links[place]) if place < len(links) else "") for place, line in enumerate(lines)]
        body = render_to_string("notices/mail.txt", {"name": user.name, "told": told, "inbox": _address("/inbox/")})
    subject = " ".join(f"{name}: {row.body.get('subject', '')}".split())
    sender = (brand.sender if brand else "") or f"datumline@{urlsplit(settings.PUBLIC_URL).hostname}"
    return EmailMessage(subject=subject, body=body, from_email=sender, to=[user.email])


def _address(link: object) -> str:
    path = str(link)
    return f"{settings.PUBLIC_URL}{path}" if path.startswith("/") and not path.startswith("//") else ""
