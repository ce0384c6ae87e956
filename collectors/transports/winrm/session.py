"""A WinRM session: one logon, one shell, one script unless a block hangs; pywinrm inside our own deadline and caps."""

import binascii
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar
from xml.etree.ElementTree import ParseError

import requests
import urllib3
from spnego.exceptions import SpnegoError
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)
from winrm.protocol import Protocol
from winrm.transport import HAVE_KERBEROS

from collectors.access import Access, Account, Circumstances, Secret
from collectors.credentials import WinrmAccount
from collectors.errors import AccessDenied, CollectError, IdentityChanged, UnexpectedReply, Unreachable, Unsupported
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.logons import account_of
from collectors.replies import JsonReplies, JsonValue
from collectors.session import AnyDriver, Hello
from collectors.transports.winrm import certificate, script
from collectors.transports.winrm.guard import GuardedAdapter, GuardedTransport

logger = logging.getLogger(__name__)

UTF_8 = 65001  # the code page
OPERATION_TIMEOUT_S = 20
STDIN_PIECE_BYTES = 100_000  # well inside an envelope of 150 kB after base64
EMPTY_LIMIT_COUNT = 500
"""Receives in a row that bring nothing; an honest endpoint answers one only after OPERATION_TIMEOUT_S."""
PORTS = {"https": 5986, "http": 5985}
ACCESS_DENIED_FAULT = 5  # ERROR_ACCESS_DENIED
PRODUCT = "product"
OWN_BLOCKS = {
    PRODUCT: "return Get-Whole (Get-CimInstance -ClassName Win32_OperatingSystem -Property ProductType).ProductType"
}
"""What detection may ask of every Windows: 1 workstation, 2 domain controller, 3 server."""

SILENT_LIMIT_COUNT = 3
"""So often may a Receive end without output, each after OPERATION_TIMEOUT_S, before a block counts as hung."""
SCRIPTS_LIMIT_COUNT = 5
_HUNG = Gap(
    reason=GapReason.UNREACHABLE, text=f"was not told within {SILENT_LIMIT_COUNT * OPERATION_TIMEOUT_S} s, and given up"
)
_ENDED_ALL = Gap(reason=GapReason.UNEXPECTED_REPLY, text="ended the script instead of giving a reply")
_NO_SCRIPT = Gap(reason=GapReason.UNEXPECTED_REPLY, text="has no end mark, so that it may have been cut")
_NOT_REACHED = Gap(reason=GapReason.UNREACHABLE, text="was not asked any more: too many questions before it hung")

T = TypeVar("T")


class WinrmSession:
    """A shell on a Windows machine, in which scripts run one after the other."""

    def __init__(
        self,
        protocol: Protocol,
        adapter: GuardedAdapter,
        shell_id: str,
        hello: Hello,
        circumstances: Circumstances,
        account: Account,
    ) -> None:
        self._protocol = protocol
        self._adapter = adapter
        self._shell_id = shell_id
        self._circumstances = circumstances
        self._account = account
        self._refusal_told = False
        self._known: dict[str, JsonValue | Gap] = {}
        self.hello = hello

    def try_question(self, question: str) -> str | None:
        """Return the answer to one of our own blocks ('product'); None when it failed."""
        if question not in OWN_BLOCKS:
            return None
        if question not in self._known:
            self._known |= self._run({question: OWN_BLOCKS[question]})
        reply = self._known[question]
        return None if isinstance(reply, Gap) or reply is None else str(reply)

    def ask(self, driver: AnyDriver) -> JsonReplies:
        """Return the replies to the driver's blocks, run by one script as long as none of them hangs."""
        blocks: Mapping[str, str] = getattr(driver, "BLOCKS", {})
        replies = self._run({name: blocks[name] for name in driver.ASKS})
        return JsonReplies(self._circumstances.now(), replies, self.hello.address)

    def _run(self, blocks: Mapping[str, str]) -> dict[str, JsonValue | Gap]:
        """Return data or gap of each block; those behind a block that hung or ended its script go into a next one."""
        replies: dict[str, JsonValue | Gap] = {}
        for _ in range(SCRIPTS_LIMIT_COUNT):
            waiting = {name: body for name, body in blocks.items() if name not in replies}
            if not waiting:
                break
            replies |= self._run_one(waiting)
        return {name: replies.get(name, _NOT_REACHED) for name in blocks}

    def _run_one(self, blocks: Mapping[str, str]) -> dict[str, JsonValue | Gap]:
        """Return what a script for these blocks told; a block is left out only when another script may tell it."""
        mark, output = script.new_mark(), bytearray()
        stdin = script.stdin_of(script.script_of(blocks, mark))
        try:
            ended = _guarded(lambda: self._collect(stdin, output, blocks, mark))
            if ended and script.ends_with(_text(output), mark):
                return script.replies_of(_text(output), blocks, mark)
            told = script.answered_in(_text(output), blocks, mark)
        except CollectError as error:
            self._tell_of_refusal()
            return {**dict.fromkeys(blocks, error.gap), **_salvaged(output, blocks, mark)}
        if ended and not told:
            return dict.fromkeys(blocks, _NO_SCRIPT)
        stopped_at = next((name for name in blocks if name not in told), None)
        return told if stopped_at is None else {**told, stopped_at: _ENDED_ALL if ended else _HUNG}

    def _tell_of_refusal(self) -> None:
        """Tell the gate of a refusal after we were let in: Basic proves the password with every request."""
        if self._adapter.refused and not self._refusal_told:
            self._refusal_told = True
            with contextlib.suppress(CollectError):
                self._circumstances.gate.enter(self._account, self._circumstances.deadline).refused()

    def _collect(self, stdin: bytes, output: bytearray, blocks: Mapping[str, str], mark: str) -> bool:
        """Put the output of a script into `output` and return whether it ended; False when it was silent too long."""
        arguments = ("-NoProfile", "-NonInteractive", "-EncodedCommand", script.encoded_bootstrap())
        command_id = self._protocol.run_command(self._shell_id, "powershell.exe", arguments, console_mode_stdin=False)
        pieces = [stdin[start : start + STDIN_PIECE_BYTES] for start in range(0, len(stdin), STDIN_PIECE_BYTES)]
        for piece in pieces:
            self._protocol.send_command_input(self._shell_id, command_id, piece, end=piece is pieces[-1])
        ended = self._receive(command_id, output, blocks, mark)
        self._protocol.cleanup_command(self._shell_id, command_id)
        return ended

    def _receive(self, command_id: str, output: bytearray, blocks: Mapping[str, str], mark: str) -> bool:
        """Return whether a command ended; deadline and byte cap end what pywinrm would repeat for ever.

        The last block may take all the time that is left; before it, one that is silent holds up others.
        """
        silent_count, empty_count, done = 0, 0, False
        while not done:
            self._circumstances.deadline.left_s()
            if empty_count > EMPTY_LIMIT_COUNT:
                raise UnexpectedReply("says again and again that it has nothing to say yet")
            try:
                stdout, _, _, done = self._protocol.get_command_output_raw(self._shell_id, command_id)
            except WinRMOperationTimeoutError:  # nothing to say yet
                silent_count, empty_count = silent_count + 1, empty_count + 1
                if silent_count >= SILENT_LIMIT_COUNT:
                    if len(blocks) - len(script.answered_in(_text(output), blocks, mark)) > 1:
                        return False
                    silent_count = 0
                continue
            silent_count, empty_count = (0, 0) if stdout else (silent_count, empty_count + 1)
            output += stdout
            if len(output) > self._circumstances.output_limit_bytes:
                raise UnexpectedReply(f"is longer than {self._circumstances.output_limit_bytes} bytes")
        return True

    def close(self) -> None:
        """Delete the shell and disconnect."""
        try:
            _guarded(lambda: self._protocol.close_shell(self._shell_id))
        except CollectError as error:
            logger.debug("the shell was not closed", extra={"reason": error.reason.value})


def open_session(access: Access, secret: Secret, circumstances: Circumstances) -> WinrmSession:
    """Return a session with an open shell, after one logon; the certificate is judged before anything is sent."""
    account = secret.credential
    if not isinstance(account, WinrmAccount):
        raise AccessDenied(f"needs a credential of kind 'winrm', and {secret.name!r} is of kind {account.kind!r}")
    method = _method(account)
    port = access.port or PORTS[account.scheme]
    fingerprint = _trusted_certificate(access, account, port, circumstances)
    protocol, transport = _protocol(access, account, method, port, fingerprint, circumstances)
    counted = account_of(secret, access)
    logon = circumstances.gate.enter(counted, circumstances.deadline)
    try:
        shell_id = _guarded(lambda: protocol.open_shell(codepage=UTF_8, noprofile=True))
    except CollectError as error:
        if transport.adapter.let_in:
            logon.accepted()
        elif isinstance(error, AccessDenied):
            logon.refused()
        elif not transport.adapter.secret_sent:
            logon.not_tried()
        transport.close_session()
        raise
    logon.accepted()
    marks = Marks(certificate_key=f"SHA256:{fingerprint}" if fingerprint else None)
    hello = Hello(address=access.dial_address, marks=marks)
    return WinrmSession(protocol, transport.adapter, shell_id, hello, circumstances, counted)


def _method(account: WinrmAccount) -> Literal["ntlm", "kerberos", "basic"]:
    if account.auth == "basic" and account.scheme != "https":
        raise AccessDenied("is not asked: basic authentication would show the password without TLS")
    if account.auth in {"kerberos", "integrated"}:
        if not HAVE_KERBEROS:
            raise Unsupported("needs the extra 'kerberos', which is not installed here")
        return "kerberos"
    if not account.user or account.password is None:
        raise AccessDenied("is not asked: the credential has no user or no password")
    return "basic" if account.auth == "basic" else "ntlm"


def _trusted_certificate(access: Access, account: WinrmAccount, port: int, circumstances: Circumstances) -> str | None:
    """Return the fingerprint to which all connections are held; None where a CA vouches, or without TLS."""
    if account.scheme == "http" or account.ca_file:
        return None
    fingerprint = certificate.shown_by(access, port, circumstances.deadline)
    pinned = access if access.certificate else access.model_copy(update={"certificate": account.certificate})
    circumstances.pins.check(pinned, "certificate", f"SHA256:{fingerprint}")
    return fingerprint


def _protocol(
    access: Access,
    account: WinrmAccount,
    method: Literal["ntlm", "kerberos", "basic"],
    port: int,
    fingerprint: str | None,
    circumstances: Circumstances,
) -> tuple[Protocol, GuardedTransport]:
    address = f"[{access.address}]" if ":" in access.address else access.address
    endpoint = f"{account.scheme}://{address}:{port}/wsman"
    password = account.password.get_secret_value() if account.password else None
    protocol = Protocol(
        endpoint,
        transport=method,
        username=account.user,
        password=password,
        proxy=None,
        operation_timeout_sec=OPERATION_TIMEOUT_S,
        read_timeout_sec=OPERATION_TIMEOUT_S + 10,
    )
    transport = GuardedTransport(
        GuardedAdapter(circumstances.deadline, fingerprint, one_proof=method == "ntlm", dialled=access.dialled),
        endpoint=endpoint,
        username=account.user,
        password=password,
        auth_method=method,
        ca_trust_path=account.ca_file or "legacy_requests",
        server_cert_validation="validate" if account.ca_file else "ignore",
        read_timeout_sec=OPERATION_TIMEOUT_S + 10,
        proxy=None,
    )
    protocol.transport = transport
    return protocol, transport


def _text(output: bytearray) -> str:
    return output.decode("ascii", "replace")


def _salvaged(output: bytearray, blocks: Mapping[str, str], mark: str) -> dict[str, JsonValue | Gap]:
    """Return what was answered in whole lines before an output broke off; nothing when one of them is not ours."""
    try:
        return script.answered_in(_text(output), blocks, mark)
    except CollectError:
        return {}


def _guarded(act: Callable[[], T]) -> T:
    """Return what an act of pywinrm returns; its many errors become ours, with nothing of the reply in them."""
    try:
        return act()
    except InvalidCredentialsError as error:
        raise AccessDenied("was refused: user or password is wrong, or the account may not log on") from error
    except WSManFaultError as error:
        if error.wsman_fault_code == ACCESS_DENIED_FAULT:
            raise AccessDenied("was refused: the account lacks the right to use remote management") from error
        raise UnexpectedReply(f"was answered with fault {error.wsman_fault_code}") from error
    except WinRMOperationTimeoutError as error:
        raise Unreachable("did not answer in time") from error
    except requests.exceptions.SSLError as error:
        raise IdentityChanged("shows another certificate than the trusted one") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable(f"broke off the connection ({type(error).__name__})") from error
    except (WinRMError, WinRMTransportError, SpnegoError, ParseError, binascii.Error) as error:
        raise UnexpectedReply(f"is no answer of a WinRM endpoint ({type(error).__name__})") from error
    except (StopIteration, AssertionError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        # pywinrm walks envelopes without looking: what is missing in one shows as any of these
        logger.debug("pywinrm could not walk an envelope", exc_info=True)
        raise UnexpectedReply(f"is no answer of a WinRM endpoint ({type(error).__name__})") from error
