"""The second factor: codes of an authenticator app, each taken once, and recovery codes; sealed in the database."""

import time
from typing import Final

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from server.accounts.models import UsedCode, User

STEP_S: Final = 30
TOLERANCE: Final = 1
"""Steps that a phone's clock may be off, each way."""
TOTP_KIND: Final = Authenticator.Type.TOTP
CODES_KIND: Final = Authenticator.Type.RECOVERY_CODES


class Sealing(DefaultMFAAdapter):
    """Keeps the seeds of second factors encrypted with the installation's own key."""

    def encrypt(self, text: str) -> str:
        """Return the text sealed."""
        return Fernet(settings.SEAL_KEY.encode()).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text."""
        return Fernet(settings.SEAL_KEY.encode()).decrypt(encrypted_text.encode()).decode()


def key_fits() -> bool:
    """Return whether this installation's key opens the newest seed that was sealed; True where there is none."""
    newest = Authenticator.objects.filter(type=TOTP_KIND).order_by("-pk").values_list("data", flat=True).first()
    if newest is None:
        return True
    try:
        Sealing().decrypt(newest["secret"])
    except InvalidToken:
        return False
    return True


def has_second_factor(user: User) -> bool:
    """Return whether an authenticator app is set up."""
    return Authenticator.objects.filter(user=user, type=TOTP_KIND).exists()


def new_seed() -> str:
    """Return a fresh seed for an authenticator app, in base 32."""
    return generate_totp_secret()


def matching_step(seed: str, code: str, at_s: float | None = None) -> int | None:
    """Return the half minute that a code is of, if it is one of the few that count now."""
    now = int((time.time() if at_s is None else at_s) // STEP_S)
    plain = "".join(code.split())
    steps = [step for step in range(now - TOLERANCE, now + TOLERANCE + 1) if _is(seed, step, plain)]
    return steps[0] if steps else None


def _is(seed: str, step: int, code: str) -> bool:
    return constant_time_compare(code, format_hotp_value(hotp_value(seed, step)))


def set_up(user: User, seed: str, code: str) -> list[str] | None:
    """Return the recovery codes after a first right code; None when the code is wrong and nothing has changed."""
    step = matching_step(seed, code)
    if step is None:
        return None
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type__in=[TOTP_KIND, CODES_KIND]).delete()
        UsedCode.objects.filter(user=user).delete()
        UsedCode.objects.create(user=user, step=step)
        TOTP.activate(user, seed)
        return list(RecoveryCodes.activate(user).get_unused_codes())


def new_recovery_codes(user: User) -> list[str]:
    """Return fresh recovery codes; the former ones no longer count."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=CODES_KIND).delete()
        return list(RecoveryCodes.activate(user).get_unused_codes())


def take_code(user: User, code: str) -> Authenticator | None:
    """Return what a right code belongs to, after which it counts no more; None for a wrong or used one."""
    found: list[Authenticator] = list(Authenticator.objects.filter(user=user, type__in=[TOTP_KIND, CODES_KIND]))
    for one in found:
        one.user = user
        if one.type == TOTP_KIND:
            step = matching_step(Sealing().decrypt(one.data["secret"]), code)
            if step is not None and _first_use(user, step):
                return one
        elif RecoveryCodes(one).validate_code(code):
            return one
    return None


def _first_use(user: User, step: int) -> bool:
    """Return whether nobody used this step before: the unique row decides, also between processes."""
    return UsedCode.objects.get_or_create(user=user, step=step)[1]


def remove(user: User) -> None:
    """Take the second factor away: at the next sign-in the person sets up a new one."""
    Authenticator.objects.filter(user=user).delete()
    UsedCode.objects.filter(user=user).delete()


def unused_recovery_codes(user: User) -> list[str]:
    """Return the recovery codes that a person has not used."""
    found = Authenticator.objects.filter(user=user, type=CODES_KIND).first()
    return list(RecoveryCodes(found).get_unused_codes()) if found else []


def drawing_of(seed: str, user: User) -> tuple[str, int]:
    """Return the code for a phone's camera as a path of unit squares, and how many squares wide it is."""
    address = Sealing().build_totp_url(user, seed)
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return "".join(squares), len(rows)
