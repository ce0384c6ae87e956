"""Mails over a real mail server on loopback: with STARTTLS and without, refused, down, and never a header too many."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from server.accounts.models import Brand, User
from server.notices.mail import MailSender, letter, mail_server
from server.notices.models import Outgoing
from server.notices.outbox import Down, Later, Never
from tests.peers.ports import free_port
from tests.peers.smtp import SmtpServer
from tests.peers.tls import ServerCertificate
from tests.web.notices.conftest import mail_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Iterator[SmtpServer]:
    """Return a mail server without encryption."""
    with SmtpServer() as server:
        yield server


def url_of(server: SmtpServer, query: str = "?tls=no") -> str:
    return f"smtp://{server.address}:{server.port}{query}"


def test_a_mail_arrives_with_the_msp_s_name_and_links_to_this_server_only(post: SmtpServer, told: User) -> None:
    Brand.objects.create(name="Brightside IT", sender="desk@brightside.test")
    row = mail_to(told)
    row.body["links"] = ["/credentials/x/", "//evil.example/", "https://evil.example/"]
    MailSender(url_of(post))(row)
    mail = post.mails[0]
    assert (mail.sender, mail.recipients) == ("desk@brightside.test", [told.email])
    assert mail.message["Subject"] == "Brightside IT: snmp is paused"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    text = mail.message.get_content()
    assert "http://localhost:8000/credentials/x/" in text
    assert "evil.example" not in text


def test_the_same_row_has_the_same_message_id(told: User) -> None:
    row = mail_to(told)
    assert letter(row).message()["Message-ID"] == letter(row).message()["Message-ID"]


def test_with_starttls_the_password_never_leaves_readable(
    told: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = ServerCertificate("localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.write_authority(tmp_path)))
    with SmtpServer("127.0.0.1", certificate=certificate, account=("datumline", "pass:word/1")) as server:
        MailSender(f"smtp://datumline:pass%3Aword%2F1@localhost:{server.port}?tls=yes")(mail_to(told))
    assert server.tried == [("datumline", "pass:word/1", True)]
    assert server.mails[0].was_encrypted


def test_a_server_whose_certificate_nobody_vouches_for_gets_neither_password_nor_mail(told: User) -> None:
    with (
        SmtpServer(certificate=ServerCertificate("127.0.0.1"), account=("a", "b")) as server,
        pytest.raises(Down, match="SSLCertVerificationError"),
    ):
        MailSender(f"smtp://a:b@{server.address}:{server.port}?tls=yes")(mail_to(told))
    assert (server.tried, server.mails) == ([], [])


def test_a_server_without_starttls_gets_no_password_where_it_is_asked_for(told: User) -> None:
    with SmtpServer(account=("a", "b")) as server, pytest.raises(Down, match="SMTPNotSupportedError"):
        MailSender(f"smtp://a:b@{server.address}:{server.port}?tls=yes")(mail_to(told))
    assert (server.tried, server.mails) == ([], [])


@pytest.mark.parametrize(
    ("refuses", "kind", "says"),
    [
        ({"person1@msp.test": "550 no such mailbox"}, Never, "550 SMTPRecipientsRefused"),
        ({"person1@msp.test": "450 greylisted, come again"}, Later, "450 SMTPRecipientsRefused"),
        ({"datumline@localhost": "553 not your name"}, Never, "553 SMTPSenderRefused"),
        ({"datumline@localhost": "451 slow down"}, Later, "451 SMTPSenderRefused"),
        ({"DATA": "554 spam"}, Never, "554 SMTPDataError"),
        ({"DATA": "452 disk full"}, Later, "452 SMTPDataError"),
    ],
)
def test_one_refused_mail_is_told_from_a_server_that_is_down(
    refuses: dict[str, str], kind: type[Exception], says: str, told: User
) -> None:
    with SmtpServer(refuses=refuses) as server, pytest.raises(kind, match=says) as caught:
        MailSender(url_of(server))(mail_to(told))
    assert not isinstance(caught.value, Down)


@pytest.mark.parametrize("greets", ["421 closing", "554 go away"])
def test_a_server_that_takes_nobody_is_down(greets: str, told: User) -> None:
    with SmtpServer(greets=greets) as server, pytest.raises(Down):
        MailSender(url_of(server))(mail_to(told))


def test_a_server_that_is_not_there_is_down(told: User) -> None:
    with pytest.raises(Down, match="ConnectionRefusedError"):
        MailSender(f"smtp://127.0.0.1:{free_port()}?tls=no")(mail_to(told))


def test_a_refused_account_is_not_tried_again_within_the_hour(
    told: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = ServerCertificate("localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.write_authority(tmp_path)))
    with (
        SmtpServer("127.0.0.1", certificate=certificate, account=("a", "right")) as server,
        pytest.raises(Down, match="refused our account") as caught,
    ):
        MailSender(f"smtp://a:canary-wrong@localhost:{server.port}")(mail_to(told))
    assert caught.value.pause.total_seconds() == 3600
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


def test_without_a_mail_server_every_mail_waits(told: User) -> None:
    with pytest.raises(Down, match="DATUMLINE_SERVER_MAIL_URL"):
        MailSender(None)(mail_to(told))


def test_a_person_who_left_is_not_written_to(post: SmtpServer, told: User) -> None:
    row = mail_to(told)
    User.objects.filter(pk=told.pk).update(is_active=False)
    with pytest.raises(Never, match="left"):
        MailSender(url_of(post))(Outgoing.objects.get(pk=row.pk))
    assert not post.mails


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: evil@evil.example", "x\nBcc: evil@evil.example", "x\rBcc: evil@evil.example",
        "x\x0bBcc: evil@evil.example", "x\x0cBcc: evil@evil.example", "x\x85Bcc: evil@evil.example",
        "x\u2028Bcc: evil@evil.example", "x\x00Bcc: evil@evil.example", "x\r\n\r\n<html>", "=?utf-8?q?=0ABcc:_e?=",
        "\u202egnp.exe", "x\r\n.\r\nMAIL FROM:<evil@evil.example>", "\n" * 500,
    ],
)  # fmt: skip
def test_what_a_device_or_person_is_called_makes_no_header_and_no_second_mail(
    evil: str, post: SmtpServer, told: User
) -> None:
    Brand.objects.create(name=evil)
    User.objects.filter(pk=told.pk).update(name=evil)
    row = Outgoing.objects.select_related("user").get(pk=mail_to(told, subject=evil).pk)
    row.body["lines"] = [evil]
    MailSender(url_of(post))(row)
    assert len(post.mails) == 1
    assert post.mails[0].recipients == [told.email]
    message = post.mails[0].message
    assert message["Bcc"] is None
    assert set(message.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID",
        "Auto-Submitted",
    }  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://a:canary@mail.example?tls=no",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        mail_server(url)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 587, True, False),
        ("smtp://mail.example?tls=no", 25, False, False),
        ("smtps://mail.example", 465, False, True),
        ("smtp://mail.example:2525", 2525, True, False),
    ],
)
def test_a_mail_server_s_address_says_how_it_is_spoken_to(url: str, port: int, tls: bool, ssl: bool) -> None:
    server = mail_server(url)
    assert (server.port, server.tls, server.ssl) == (port, tls, ssl)
