"""Which identity provider people may come in through, as allauth takes it."""

from typing import Any, Final

from server.environment import Environment

PROVIDER: Final = "company"
"""Its name in our addresses: /sign-in/company/ and /sign-in/company/back/."""


def single_sign_on(environment: Environment) -> dict[str, Any]:
    """Return allauth's entry for the provider of the environment; nothing without one."""
    if not environment.single_sign_on:
        return {}
    secret = environment.oidc_client_secret
    app = {
        "provider_id": PROVIDER,
        "name": environment.oidc_name,
        "client_id": environment.oidc_client_id,
        "secret": secret.get_secret_value() if secret else "",
        "settings": {"server_url": environment.oidc_issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
