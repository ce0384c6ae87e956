"""Why a scan job did not bring readings, in words, and who acts."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collectors.facts.gaps import GapReason

Words = str | Promise


@dataclass(frozen=True)
class Reason:
    """A cause of failed scans."""

    word: Words
    who: Words
    icon: str


REASONS: Final = {
    GapReason.ACCESS_DENIED: Reason(
        gettext_lazy("Access denied"), gettext_lazy("we act: renew the credential or its rights"), "bi-lock"
    ),
    GapReason.CREDENTIAL_ON_HOLD: Reason(
        gettext_lazy("Credential paused"), gettext_lazy("we act: test it on one device or enter it anew"), "bi-key"
    ),
    GapReason.UNREACHABLE: Reason(
        gettext_lazy("No answer"),
        gettext_lazy("client acts: device off, address changed, or a firewall between"),
        "bi-hourglass-split",
    ),
    GapReason.UNSUPPORTED: Reason(
        gettext_lazy("Not supported"), gettext_lazy("nobody acts: no driver knows this device"), "bi-slash-circle"
    ),
    GapReason.UNEXPECTED_REPLY: Reason(
        gettext_lazy("Reply not understood"), gettext_lazy("we act: report the case"), "bi-question-lg"
    ),
    GapReason.IDENTITY_CHANGED: Reason(
        gettext_lazy("Another device or key answers"), gettext_lazy("we act: compare and confirm"), "bi-shuffle"
    ),
    "policy": Reason(
        gettext_lazy("Refused by the agent's own policy"),
        gettext_lazy("we act: change the policy file at the site"),
        "bi-shield-x",
    ),
    "expired": Reason(
        gettext_lazy("No agent took it in time"), gettext_lazy("we act: look at the site's agent"), "bi-wifi-off"
    ),
    "no agent": Reason(
        gettext_lazy("The agent fell silent"), gettext_lazy("we act: look at the site's agent"), "bi-wifi-off"
    ),
}


def reason_of(reason: str) -> Reason:
    """Return the words for a stored reason; one that is not known speaks for itself."""
    return REASONS.get(reason) or Reason(
        reason or _("Not told"), _("we act: look at the job"), "bi-exclamation-triangle"
    )
