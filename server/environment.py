"""What the server takes from its environment: variables that begin with DATUMLINE_SERVER_."""

import secrets
from pathlib import Path

import platformdirs
from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_LENGTH = 50  # characters; Django's own deployment check asks for as many


class Environment(BaseSettings):
    """The settings of one installation."""

    model_config = SettingsConfigDict(env_prefix="DATUMLINE_SERVER_", extra="ignore", frozen=True)

    secret: SecretStr | None = Field(default=None, min_length=SECRET_LENGTH)
    debug: bool = False
    hosts: list[str] = []
    public_url: str = "http://localhost:8000"
    """How people and agents reach the server from outside: signatures of agents cover it."""
    behind_proxy: bool = False
    """Whether a proxy in front ends TLS and sets X-Forwarded-For and X-Forwarded-Proto."""
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    """postgresql://user:password@address:5432/name; without it SQLite in `data`."""
    mail_url: SecretStr | None = None
    """smtp://user:password@address:587?tls=yes; without it mails wait in the outbox."""
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    data: Path = Field(default_factory=lambda: platformdirs.user_data_path("datumline", appauthor=False))

    def secret_key(self) -> str:
        """Return the signing secret; without one only a debug server starts, with a secret that ends with it."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        if self.debug:
            return secrets.token_urlsafe(SECRET_LENGTH)
        raise ImproperlyConfigured(
            f"Set DATUMLINE_SERVER_SECRET to at least {SECRET_LENGTH} random characters: "
            "it signs sessions and must stay the same."
        )


def read_environment() -> Environment:
    """Return the environment of this process, or raise `ImproperlyConfigured` naming the variables that are wrong."""
    try:
        return Environment()
    except ValidationError as error:
        wrong = ", ".join(f"DATUMLINE_SERVER_{str(problem['loc'][0]).upper()}" for problem in error.errors())
        raise ImproperlyConfigured(f"These variables do not hold what they should: {wrong}.") from error
