"""One person for each role of the demo, who can sign in at once: password and second factor are set."""

from dataclasses import dataclass
from typing import Final

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from server.accounts.models import RoleHeld, User
from server.accounts.rights import Role
from server.accounts.second_factor import STEP_S
from tests.demo.processes import PASSWORD

ROLES: Final = tuple(role for role in Role if role is not Role.CLIENT_CONTACT)


@dataclass(frozen=True)
class LogIn:
    """What somebody types to sign in as a role."""

    role: str
    email: str


def add_people(seed: str) -> list[LogIn]:
    """Return the log-in of each role; all have the same password and the same seed of the second factor."""
    made = []
    for role in ROLES:
        email = f"{role.value.replace('_', '-')}@msp.example"
        user = User.objects.create_user(email, str(role.label), PASSWORD)
        user.all_clients = True
        user.save()
        RoleHeld.objects.create(user=user, role=role)
        TOTP.activate(user, seed)
        RecoveryCodes.activate(user)
        made.append(LogIn(str(role.label), email))
    return made


def new_seed() -> str:
    """Return a seed for the second factor."""
    return generate_totp_secret()


def code_at(seed: str, at_s: float) -> str:
    """Return the code of the second factor at an instant."""
    return format_hotp_value(hotp_value(seed, int(at_s // STEP_S)))
