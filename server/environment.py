"""What the server takes from its environment: variables DATUMLINE_SERVER_...; none is needed after init."""

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Annotated, Final

import platformdirs
from django.core.exceptions import ImproperlyConfigured
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.installation import SECRET_LENGTH, Installation, looks_random, read_installation

PREFIX: Final = "DATUMLINE_SERVER_"
LOCAL_URL: Final = "http://localhost:8000"


def _listed(told: object) -> object:
    """Return the list of a JSON list, or of words between commas; raises ValueError."""
    if not isinstance(told, str):
        return told
    if told.lstrip().startswith("["):
        return json.loads(told)
    return [word for word in map(str.strip, told.split(",")) if word]


Words = Annotated[list[str], NoDecode, BeforeValidator(_listed)]


class Environment(BaseSettings):
    """The settings of one installation."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    secret: SecretStr | None = Field(default=None, min_length=SECRET_LENGTH)
    """Instead of the one that init made."""
    debug: bool = False
    hosts: Words = []
    public_url: str | None = None
    """How people and agents reach the server from outside: signatures of agents cover it."""
    behind_proxy: bool = False
    """Whether a proxy in front ends TLS and sets X-Forwarded-For and X-Forwarded-Proto."""
    json_logs: bool = False
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    """postgresql://user:password@address:5432/name; without it SQLite in `data`."""
    mail_url: SecretStr | None = None
    """smtp://user:password@address:587?tls=yes; without it mails wait in the outbox."""
    webhook_addresses: Words = []
    """Addresses inside that webhooks may reach all the same."""
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "single sign-on"
    """What the button says: 'Continue with ...'."""
    metrics_token: SecretStr | None = None
    data: Path = Field(default_factory=lambda: platformdirs.user_data_path("datumline", appauthor=False))

    @property
    def single_sign_on(self) -> bool:
        """Return whether people may come in through an identity provider."""
        return bool(self.oidc_issuer and self.oidc_client_id)


class Keys:
    """What the server signs and encrypts with, and where it is reached: from the environment, else from init's file."""

    def __init__(self, environment: Environment, installation: Installation | None) -> None:
        """Take both; a debug server without either gets secrets that end with it."""
        self.signing = _signing(environment, installation)
        made = installation.seal_key.get_secret_value() if installation else _derived(self.signing)
        self.seal = made
        token = environment.metrics_token or (installation.metrics_token if installation else None)
        self.metrics_token = token.get_secret_value() if token else ""
        self.recovery_public_key = installation.recovery_public_key if installation else ""
        told = environment.public_url or (installation.public_url if installation else "")
        self.public_url = (told or LOCAL_URL).rstrip("/")


def read_keys(environment: Environment) -> Keys:
    """Return the keys of this installation, or raise ImproperlyConfigured with what to do."""
    return Keys(environment, read_installation(environment.data))


def read_environment() -> Environment:
    """Return the environment of this process, or raise `ImproperlyConfigured` naming the variables that are wrong."""
    try:
        return Environment()
    except ValidationError as error:
        wrong = ", ".join(dict.fromkeys(_variable(str(problem["loc"][0])) for problem in error.errors()))
        raise ImproperlyConfigured(f"These variables do not hold what they should: {wrong}.") from error


def _variable(place: str) -> str:
    """Return the variable that an error is about: a field of ours, or a name that is a variable's own."""
    return place if place.isupper() else f"{PREFIX}{place.upper()}"


def _signing(environment: Environment, installation: Installation | None) -> str:
    if environment.secret is not None:
        secret = environment.secret.get_secret_value()
        if not environment.debug and not looks_random(secret):
            raise ImproperlyConfigured("DATUMLINE_SERVER_SECRET is not random: a word repeated is no secret.")
        return secret
    if installation is not None:
        return installation.secret.get_secret_value()
    if environment.debug:
        return secrets.token_urlsafe(SECRET_LENGTH)
    raise ImproperlyConfigured(
        f"There is no installation in {environment.data}: run 'datumline server init' first, which makes its secrets "
        "(or set DATUMLINE_SERVER_SECRET)."
    )


def _derived(signing: str) -> str:
    """Return the key for second factors where only a signing secret is given."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"second factors|" + signing.encode()).digest()).decode()
