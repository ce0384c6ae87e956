"""The duties as the worker does them: from what begins to the mail that arrives."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from server.access.models import CredentialState
from server.accounts.models import User
from server.clients.models import Site
from server.notices import sending
from server.notices.models import Outgoing, Webhook
from server.notices.watch import watch
from server.web.duties import DUTIES
from tests.peers.smtp import SmtpServer
from tests.peers.webhook import WebhookReceiver
from tests.web.notices.conftest import AT, plant_credential

pytestmark = pytest.mark.django_db


def test_from_a_paused_credential_to_the_mail_and_the_message(
    told: User, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer() as post, WebhookReceiver() as receiver:
        monkeypatch.setenv("SSL_CERT_FILE", str(receiver.certificate.write_authority(tmp_path)))
        monkeypatch.setenv("DATUMLINE_SERVER_MAIL_URL", f"smtp://{post.address}:{post.port}?tls=no")
        monkeypatch.setenv("DATUMLINE_SERVER_WEBHOOK_ADDRESSES", f'["{receiver.address}"]')
        Webhook.objects.create(url=f"https://{receiver.address}:{receiver.port}/", secret="s")
        plant_credential(site, "switches", CredentialState.PAUSED)
        watch(AT)
        assert sending.is_due(AT)
        assert sending.send(AT) == 2
    assert post.mails[0].message["Subject"] == "Datumline: Kestrel Joinery: switches is paused, 0 devices wait"
    assert len(receiver.requests) == 1
    assert not sending.is_due(AT + timedelta(days=1))


def test_without_a_mail_server_messages_wait_and_webhooks_leave_out_our_own_networks(told: User, site: Site) -> None:
    Webhook.objects.create(url="https://127.0.0.1:1/", secret="s")
    plant_credential(site, "switches", CredentialState.PAUSED)
    watch(AT)
    assert sending.send(AT) == 0
    problems = dict(Outgoing.objects.values_list("kind", "problem"))
    assert problems["mail"] == "no mail server is set (DATUMLINE_SERVER_MAIL_URL)"
    assert problems["webhook"].endswith("a network that webhooks do not reach")


@pytest.mark.parametrize("duty", [one for one in DUTIES if "notices" in one.does], ids=lambda one: one.name)
def test_a_duty_over_nothing_does_nothing(duty: object) -> None:
    assert not import_string(vars(duty)["does"])(AT)
