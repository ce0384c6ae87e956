"""Mails: by the SMTP server of DATUMLINE_SERVER_MAIL_URL, with the MSP's own name and sender."""

import smtplib
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from collectors.facts.plain_text import plain_line
from server.accounts.brand import shown_brand
from server.notices.models import Outgoing
from server.notices.outbox import Down, Later, Never

TIMEOUT_S: Final = 20
PRODUCT: Final = "Datumline"
LINE_LENGTH: Final = 400
WITHOUT_SERVER_S: Final = 900
AFTER_REFUSED_LOGON_S: Final = 3_600
"""More tries would lock the mail account."""


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
            raise Down("no mail server is set (DATUMLINE_SERVER_MAIL_URL)", WITHOUT_SERVER_S)
        if row.user is None:
            raise Never("nobody is addressed")
        if not row.user.is_active:
            raise Never("the person has left")
        try:
            message = letter(row)
            message.connection = _backend(self._server)
            message.send()
        except ValueError as error:
            raise Never(f"this is no mail ({type(error).__name__})") from error
        except (smtplib.SMTPException, OSError) as error:
            raise _told(error) from error


def _backend(server: MailServer) -> EmailBackend:
    return EmailBackend(
        host=server.name,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.tls,
        use_ssl=server.ssl,
        timeout=TIMEOUT_S,
    )


def _told(error: smtplib.SMTPException | OSError) -> Later | Never:
    """Return what the failure means: for this mail, or for all of them. A code from 400 on is 'not now' (RFC 5321)."""
    name = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return _refused(max(codes, default=550), name)
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return _refused(error.smtp_code, name)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Down(f"the mail server refused our account ({error.smtp_code})", AFTER_REFUSED_LOGON_S)
    return Down(f"the mail server did not take it ({name})")


def _refused(code: int, name: str) -> Later | Never:
    if 400 <= code < 500:
        return Later(f"the mail server does not take the mail now ({code} {name})")
    return Never(f"the mail server refused the mail ({code} {name})")


def letter(row: Outgoing) -> EmailMessage:
    """Return the mail: plain text, the MSP's name first, links to this server only; the same row, the same id."""
    user = row.user
    if user is None:
        raise ValueError("nobody is addressed")
    brand = shown_brand()
    name, domain = brand.name or PRODUCT, urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    lines, links = row.body.get("lines", []), row.body.get("links", [])
    with override(user.language):
        told = [(one_line(line), _address(link)) for line, link in zip_longest(lines, links, fillvalue="")]
        inbox = _address(reverse("inbox"))
        body = render_to_string("notices/mail.txt", {"name": one_line(user.name), "told": told, "inbox": inbox})
    subject = one_line(f"{name}: {row.body.get('subject', '')}")
    sender = brand.sender or f"datumline@{domain}"
    headers = {"Message-ID": f"<{row.uid}@{domain}>", "Auto-Submitted": "auto-generated"}  # RFC 3834: no answer
    return EmailMessage(subject=subject, body=body, from_email=sender, to=[user.email], headers=headers)


def one_line(text: object) -> str:
    """Return a text that cannot begin another line or header, whatever a device or a person put into it."""
    return plain_line(str(text), LINE_LENGTH)


def _address(link: object) -> str:
    path = str(link)
    return f"{settings.PUBLIC_URL}{path}" if path.startswith("/") and not path.startswith("//") else ""
