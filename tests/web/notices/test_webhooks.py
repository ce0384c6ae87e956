"""Webhooks over real TLS on loopback: signed, to the checked address only, never on to elsewhere."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.notices.models import Outgoing, Webhook
from server.notices.outbox import Later, Never
from server.notices.webhooks import WebhookSender, receiver_of
from tests.peers.listener import TcpPeer
from tests.peers.ports import free_port, loopback_address
from tests.peers.webhook import WebhookReceiver
from tests.web.notices.conftest import message_to

pytestmark = pytest.mark.django_db
NAME = "chat.example"
SECRET = "shown once and kept by the receiver"
Trust = Callable[[WebhookReceiver], None]


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trust:
    """Return what makes this process trust a receiver's authority."""
    return lambda receiver: monkeypatch.setenv("SSL_CERT_FILE", str(receiver.certificate.write_authority(tmp_path)))


@pytest.fixture
def receiver(trust: Trust) -> Iterator[WebhookReceiver]:
    """Return a receiver by the name of chat.example that takes what comes."""
    with WebhookReceiver(NAME) as peer:
        trust(peer)
        yield peer


def hook_at(port: int, name: str = NAME, path: str = "/in/abc") -> Webhook:
    return Webhook.objects.create(url=f"https://{name}:{port}{path}", secret=SECRET)


def sender_to(*addresses: str) -> WebhookSender:
    """Return a sender whose resolver gives these addresses, all of them allowed."""
    return WebhookSender(lambda _name, _port: list(addresses), also=frozenset(addresses))


def is_ours(header: str, body: bytes, secret: str, now_s: float) -> bool:
    """Check a signature as the documentation tells receivers to."""
    told = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret.encode(), told["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, told["v1"]) and abs(now_s - int(told["t"])) < 300


def test_a_message_arrives_signed_and_names_what_happened(receiver: WebhookReceiver) -> None:
    row = message_to(hook_at(receiver.port))
    sender_to(receiver.address)(row)
    got = receiver.requests[0]
    assert got.line == "POST /in/abc HTTP/1.1"
    assert got.headers["host"] == f"{NAME}:{receiver.port}"
    assert json.loads(got.body) == {"id": row.uid, "kind": "agent_silent", "title": "1 agent is silent"}
    assert is_ours(got.headers["datumline-signature"], got.body, SECRET, time.time())


@pytest.mark.parametrize("change", ["body", "secret", "second"])
def test_a_receiver_notices_what_was_changed(change: str, receiver: WebhookReceiver) -> None:
    sender_to(receiver.address)(message_to(hook_at(receiver.port)))
    got = receiver.requests[0]
    header, body, secret = got.headers["datumline-signature"], got.body, SECRET
    if change == "second":
        header = header.replace("t=", "t=1", 1)
    body = body + b" " if change == "body" else body
    assert not is_ours(header, body, "another" if change == "secret" else secret, time.time())


def test_a_message_that_is_sent_again_has_the_same_id(receiver: WebhookReceiver) -> None:
    row = message_to(hook_at(receiver.port))
    for _time in range(2):
        sender_to(receiver.address)(row)
    assert len({json.loads(one.body)["id"] for one in receiver.requests}) == 1


def test_a_certificate_of_another_name_is_refused(trust: Trust) -> None:
    with WebhookReceiver("other.example") as peer:
        trust(peer)
        with pytest.raises(Later, match="SSLError"):
            sender_to(peer.address)(message_to(hook_at(peer.port)))
    assert not peer.requests


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with WebhookReceiver(NAME) as peer, pytest.raises(Later, match="SSLError"):
        sender_to(peer.address)(message_to(hook_at(peer.port)))
    assert not peer.requests


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code: int, trust: Trust) -> None:
    with TcpPeer() as canary:
        answer = f"HTTP/1.1 {code} Moved\r\nLocation: https://{canary.address}:{canary.port}/\r\n\r\n"
        with WebhookReceiver(NAME, answer=answer) as peer:
            trust(peer)
            with pytest.raises(Never, match=str(code)):
                sender_to(peer.address)(message_to(hook_at(peer.port)))
    assert (len(peer.requests), canary.connection_count) == (1, 0)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, Never),
        (401, Never),
        (404, Never),
        (410, Never),
        (408, Later),
        (425, Later),
        (429, Later),
        (500, Later),
        (503, Later),
    ],
)
def test_an_answer_says_whether_it_is_worth_another_try(code: int, kind: type[Exception], trust: Trust) -> None:
    with WebhookReceiver(NAME, answer=f"HTTP/1.1 {code} X\r\nContent-Length: 0\r\n\r\n") as peer:
        trust(peer)
        with pytest.raises(kind, match=str(code)):
            sender_to(peer.address)(message_to(hook_at(peer.port)))


def test_an_endless_answer_is_not_read(trust: Trust) -> None:
    with WebhookReceiver(NAME, answer="HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nand") as peer:
        trust(peer)
        sender_to(peer.address)(message_to(hook_at(peer.port)))
    assert len(peer.requests) == 1


def test_the_next_address_is_tried_where_the_first_does_not_lead_out(receiver: WebhookReceiver) -> None:
    away = loopback_address()
    sender_to(away, receiver.address)(message_to(hook_at(receiver.port)))
    assert len(receiver.requests) == 1


def test_a_receiver_that_is_not_there_is_tried_later() -> None:
    with pytest.raises(Later, match="ConnectionError"):
        sender_to("127.0.0.1")(message_to(hook_at(free_port())))


def test_one_address_inside_among_others_is_enough_to_send_nothing(receiver: WebhookReceiver) -> None:
    sender = WebhookSender(lambda _name, _port: ["1.1.1.1", receiver.address])
    with pytest.raises(Never, match="network that webhooks do not reach"):
        sender(message_to(hook_at(receiver.port)))
    assert receiver.connection_count == 0


def test_a_name_that_says_another_address_at_each_question_does_not_get_inside(receiver: WebhookReceiver) -> None:
    """The name is asked once: the address that was checked is the one that is connected to (DNS rebinding)."""
    with TcpPeer() as canary:
        answers = [receiver.address, canary.address, canary.address]
        asked: list[str] = []

        def resolve(name: str, _port: int) -> list[str]:
            asked.append(name)
            return [answers[len(asked) - 1]]

        WebhookSender(resolve, also=frozenset({receiver.address}))(message_to(hook_at(receiver.port)))
    assert (len(asked), len(receiver.requests), canary.connection_count) == (1, 1, 0)


def test_a_name_that_turned_inside_later_is_refused(receiver: WebhookReceiver) -> None:
    hook = hook_at(receiver.port)
    WebhookSender(lambda _name, _port: [receiver.address], also=frozenset({receiver.address}))(message_to(hook))
    with pytest.raises(Never):
        WebhookSender(lambda _name, _port: [receiver.address])(message_to(hook, "w2"))
    assert receiver.connection_count == 1


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_a_spelling_of_this_machine_is_resolved_and_refused(name: str) -> None:
    with TcpPeer(address="127.0.0.1") as canary, pytest.raises((Never, Later)):
        WebhookSender()(message_to(hook_at(canary.port, name)))
    assert canary.connection_count == 0


def test_a_proxy_of_the_environment_is_not_used(receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with TcpPeer() as canary:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{canary.address}:{canary.port}")
        sender_to(receiver.address)(message_to(hook_at(receiver.port)))
    assert canary.connection_count == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://chat.example/", "ftp://chat.example/", "chat.example", "https://", "https:///x", "https://chat.example:x/",
        "https://chat.example:99999/", "https://user:word@chat.example/", "https://user@chat.example/",
        "https://chat.example\\@10.0.0.1/", "https://chat.example/\r\nX: y", "https://chat.example/ x", "https://[::1/",
        "HTTPS//chat.example", "javascript:alert(1)", "file:///etc/passwd", "https://chat.example/\x00", "",
    ],
)  # fmt: skip
def test_what_is_no_https_address_is_refused(url: str) -> None:
    with pytest.raises(Never):
        receiver_of(url)


def test_a_webhook_that_is_switched_off_is_not_told(receiver: WebhookReceiver) -> None:
    hook = hook_at(receiver.port)
    row = message_to(hook)
    Webhook.objects.filter(pk=hook.pk).update(active=False)
    with pytest.raises(Never, match="switched off"):
        sender_to(receiver.address)(Outgoing.objects.select_related("webhook").get(pk=row.pk))
    assert receiver.connection_count == 0
