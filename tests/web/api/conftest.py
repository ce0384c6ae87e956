"""Programs with tokens, and the two clients whose things the API names."""

import json
from collections.abc import Callable

import pytest
from django.test import Client as Browser

from server.accounts.models import ApiToken, User
from server.accounts.rights import Right
from server.accounts.token_auth import NEVER, digest, new_token
from server.clients.models import Client

Program = Callable[..., Browser]


@pytest.fixture
def program(administrator: User) -> Program:
    """Return what makes a program with a token of the administrator's, for some rights and clients."""

    def make(*rights: Right, clients: tuple[Client, ...] | None = None) -> Browser:
        token = new_token()
        ApiToken.objects.create(
            user=administrator,
            name="RMM",
            sha256=digest(token),
            rights=list(rights or frozenset(Right) - NEVER),
            all_clients=clients is None,
            clients=[one.uid for one in clients or ()],
        )
        return Browser(headers={"Authorization": f"Bearer {token}"}, enforce_csrf_checks=True)

    return make


def post(browser: Browser, url: str, told: object = None, **headers: str) -> tuple[int, dict[str, object]]:
    """Return status and answer of a POST with JSON."""
    body = "" if told is None else json.dumps(told)
    response = browser.post(url, body, content_type="application/json", headers=headers)
    return response.status_code, response.json()
