"""The examples of docs/api.md do what they say."""

import re
import shlex
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser

from server.accounts.actor import SERVER
from server.accounts.models import ApiToken, User
from server.accounts.rights import Right
from server.accounts.token_auth import digest, new_token
from server.clients.models import Device, Site
from tests.web.access.conftest import make_agent, seal_one

pytestmark = pytest.mark.django_db
PAGE: Final = Path(__file__).parents[3] / "docs/api.md"
COMMANDS: Final = re.findall(r"^(curl .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_works(command: str, administrator: User, site: Site) -> None:
    token = new_token()
    ApiToken.objects.create(user=administrator, name="t", sha256=digest(token), rights=list(Right), all_clients=True)
    device = Device.objects.create(client=site.client, site=site, name="SW-1")
    make_agent(site)
    credential = seal_one(SERVER, site)
    access = device.accesses.create(transport="ssh", address="10.20.1.5", credential=credential)
    values = {
        "TOKEN": token, "CLIENT": site.client.uid, "SITE": site.uid, "DEVICE": device.uid,
        "CREDENTIAL": credential.uid, "ACCESS": access.uid,
    }  # fmt: skip
    words = shlex.split(re.sub(r"\$(\w+)", lambda found: values[found[1]], command))
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    kind = headers.pop("Content-Type", "application/json")
    address = urlsplit(words[-1])
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    body = words[words.index("-d") + 1] if "-d" in words else ""
    answer = Browser().generic(method, f"{address.path}?{address.query}", body, content_type=kind, headers=headers)
    assert answer.status_code in {200, 201}, answer.content


def test_there_are_examples() -> None:
    assert len(COMMANDS) >= 5
