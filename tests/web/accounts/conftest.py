"""People with a password and an authenticator app."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client as Browser

from server.accounts import second_factor
from server.accounts.models import User
from server.accounts.rights import Role
from tests.web.conftest import MakePerson

PASSWORD = "seven unrelated green words"
OTHER_PASSWORD = "nine altogether other words"


@dataclass
class Phone:
    """An authenticator app: each code that it gives was not given before."""

    seed: str = field(default_factory=second_factor.new_seed)
    given: set[int] = field(default_factory=set)

    def code(self) -> str:
        """Return the code of a half minute that counts now and was not used."""
        now = int(time.time() // second_factor.STEP_S)
        step = next(one for one in (now, now + 1, now - 1) if one not in self.given)
        self.given.add(step)
        return str(format_hotp_value(hotp_value(self.seed, step)))


@dataclass(frozen=True)
class Known:
    """A person who can sign in."""

    user: User
    phone: Phone
    recovery_codes: list[str]


MakeKnown = Callable[..., Known]


@pytest.fixture
def newcomer(make_person: MakePerson) -> User:
    """Return a person with a password and no second factor yet."""
    user = make_person(Role.TAM)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def make_known(make_person: MakePerson) -> MakeKnown:
    """Return what makes a person with password and second factor."""

    def make(*roles: Role) -> Known:
        user = make_person(*roles)
        user.set_password(PASSWORD)
        user.save()
        phone = Phone()
        codes = second_factor.set_up(user, phone.seed, phone.code())
        assert codes is not None
        return Known(user, phone, codes)

    return make


@pytest.fixture
def known(make_known: MakeKnown) -> Known:
    """Return a TAM with password and second factor."""
    return make_known(Role.TAM)


def tried(browser: Browser, email: str, password: str = PASSWORD, **more: str) -> str:
    """Return the text of the page, or the address, that a try to sign in leads to."""
    response = browser.post("/sign-in/", {"login": email, "password": password, **more})
    return response.headers.get("Location") or response.content.decode()
