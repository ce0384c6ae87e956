"""What can go wrong while a device is read, each error named after who must act.

CollectError
  Unreachable        -> the network
  AccessDenied       -> the account
    CredentialOnHold -> a person tests or re-enters the credential
  Unsupported        -> nobody: the device or its model cannot tell
  UnexpectedReply    -> us, the driver
  IdentityChanged    -> a person: another device, key or certificate answers here
"""

from typing import ClassVar

from collectors.facts.exit_codes import ExitCode, exit_code_of
from collectors.facts.gaps import Gap, GapReason


class CollectError(Exception):
    """Reading failed. The text ends a sentence that begins with what could not be read, and never holds a secret."""

    reason: ClassVar[GapReason] = GapReason.UNEXPECTED_REPLY

    @property
    def gap(self) -> Gap:
        """Return the gap that this error leaves."""
        return Gap(reason=self.reason, text=str(self))

    @property
    def exit_code(self) -> ExitCode:
        """Return the exit code of a command that ends with this error."""
        return exit_code_of(self.reason)


class Unreachable(CollectError):
    """No answer, refused, or not in time: the network or the device must be looked at."""

    reason = GapReason.UNREACHABLE


class AccessDenied(CollectError):
    """The device refused the account, or the account lacks a right."""

    reason = GapReason.ACCESS_DENIED


class CredentialOnHold(AccessDenied):
    """No logon was tried: the credential was refused before and waits for a person."""

    reason = GapReason.CREDENTIAL_ON_HOLD


class Unsupported(CollectError):
    """The device cannot tell this, or no driver knows the device."""

    reason = GapReason.UNSUPPORTED


class UnexpectedReply(CollectError):
    """The reply is not what the driver understands, or not certainly the reply to the question."""

    reason = GapReason.UNEXPECTED_REPLY


class IdentityChanged(CollectError):
    """Another host key, certificate or serial number than the known one answers; nothing was sent to it."""

    reason = GapReason.IDENTITY_CHANGED


class NoReply(CollectError):
    """One question stayed without a usable reply; its gap says why, and the others go on."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.text)
        self._gap = gap

    @property
    def gap(self) -> Gap:
        """Return the gap that the transport left for this question."""
        return self._gap
