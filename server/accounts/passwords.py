"""What a password must not be, beyond length and the block list."""

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DISTINCT: Final = 6


class NoPattern:
    """Refuses a character or a few repeated, and runs of the alphabet or the keyboard: long, and guessed first."""

    _runs: Final = (
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "01234567890",
    )
    _run_length: Final = 8

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for such a password."""
        low = password.casefold()
        parts = (low[at : at + self._run_length] for at in range(len(low) - self._run_length + 1))
        runs = [*self._runs, *(run[::-1] for run in self._runs)]
        patterned = sum(any(part in run for run in runs) for part in parts)
        if len(set(low)) < DISTINCT or _repeats(low) or patterned > len(low) // 3:
            raise ValidationError(_("This password is a pattern that is guessed early."), code="password_is_a_pattern")

    def get_help_text(self) -> str:
        """Return the rule for people."""
        return _("It must not be a few characters or a word repeated, or a run along the keyboard.")


def _repeats(text: str) -> bool:
    """Return whether a text is a shorter one repeated."""
    return len(text) > 1 and text in (text + text)[1:-1]
