"""The command line of a network device: PREPARES and ASKS of one driver, each reply certain or a gap."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.access import Access, Circumstances, Secret
from collectors.credentials import SshAccount
from collectors.driver import Gentle
from collectors.errors import AccessDenied, CollectError, CredentialOnHold, UnexpectedReply, Unreachable
from collectors.facts.gaps import Gap, GapReason
from collectors.logons import account_of
from collectors.transports.ssh.command_errors import refusal_in
from collectors.transports.ssh.platforms import Platform
from collectors.transports.ssh.prompts import Prompt
from collectors.transports.ssh.shell import Heard, NoEcho, Shell, TooMuch
from collectors.transports.ssh.terminal_text import render

ENABLE = "enable"
CLI = "cli"
_CANCEL = "\x03"
_ENABLE_WAIT_S = 3.0
_OPERATOR_PROMPT = re.compile(r">\s*$")
_UNIX_PROMPT = re.compile(r"[%$]\s*$|~\s*#\s*$")


@dataclass
class NetworkCli:
    """One driver's conversation with one device."""

    shell: Shell
    platform: Platform
    access: Access
    secret: Secret
    circumstances: Circumstances
    gentle: Gentle
    errors: tuple[str, ...] = ()
    denied: Gap | None = None
    """Why the device stays at its operator level; replies it refuses there are missing for this reason."""
    lost: Gap | None = None
    """Why nothing more can be asked."""
    _next_at_s: float = field(default=0.0, repr=False)

    def converse(self, prepares: tuple[str, ...], asks: tuple[str, ...]) -> Mapping[str, str | Gap]:
        """Return the reply to each question, or the gap in its place; raises nothing but CollectError."""
        self.shell.line_end = self.platform.line_end
        replies: dict[str, str | Gap] = {}
        try:
            self._prepare(prepares)
        except Unreachable as error:
            self.lost = _went_away(error)
        except (UnexpectedReply, AccessDenied) as error:
            self.lost = error.gap
        for question in asks:
            replies[question] = self.lost or self._reply(question)
        return replies

    def _prepare(self, prepares: tuple[str, ...]) -> None:
        """Send what sets the session up. One-letter entries are keys for questions at login and were used there."""
        self.shell.settle(0.0)  # the greeting has just been quiet
        for line in prepares:
            if len(line) == 1:
                continue
            self._pace()
            if line == ENABLE:
                self._enable()
            elif line != CLI or _UNIX_PROMPT.search(self.shell.prompt.text):
                self.shell.prepare(line)
        last = render(self.shell.settle(self.shell.waits.quiet_s))[-1]
        if self.shell.prompt.may_become(last):
            self.shell.prompt = Prompt(last)

    def _reply(self, question: str) -> str | Gap:
        try:
            return self._judged(self._asked(question))
        except TooMuch as error:
            self.lost = Gap(reason=error.reason, text="was not asked: the reply before it did not end")
            return error.gap
        except NoEcho as error:
            self.lost = Gap(reason=error.reason, text="was not asked: the device does not repeat what is typed")
            return error.gap
        except UnexpectedReply as error:
            self.lost = Gap(reason=error.reason, text="was not asked: the device did not come back to its prompt")
            return error.gap
        except CollectError as error:
            self.lost = Gap(reason=error.reason, text=f"was not asked: the device {error}")
            return _went_away(error)

    def _asked(self, question: str) -> str | Gap:
        """Return the reply; one that is not certain is asked for once more, with longer waits, and is a gap then."""
        self._pace()
        try:
            return self.shell.ask(question)
        except TooMuch:
            raise
        except UnexpectedReply:
            if not self.shell.come_back():
                raise
        self._pace()
        try:
            return self.shell.ask(question, careful=True)
        except (TooMuch, NoEcho):
            raise
        except UnexpectedReply as error:
            if not self.shell.come_back():
                raise
            return error.gap

    def _judged(self, reply: str | Gap) -> str | Gap:
        if isinstance(reply, Gap):
            return reply
        refusal = refusal_in(reply, self.errors)
        if refusal is not None and self.denied is not None:
            return self.denied
        return refusal or self.platform.without_context(reply)

    def _pace(self) -> None:
        """Wait until the next question may go: never more in a second than the platform bears."""
        wait_s = self._next_at_s - time.monotonic()
        if wait_s > 0:
            time.sleep(self.circumstances.deadline.left_s(wait_s))
        self._next_at_s = time.monotonic() + 1 / self.gentle.questions_per_s

    def _enable(self) -> None:
        """Raise the privilege where the prompt ends in '>'. The password is a logon of its own, sent at most once."""
        if not _OPERATOR_PROMPT.search(self.shell.prompt.text):
            return
        credential = self.secret.credential
        if not isinstance(credential, SshAccount) or credential.enable_password is None:
            self.denied = Gap(
                reason=GapReason.ACCESS_DENIED, text="needs the enable password, which the credential does not have"
            )
            return
        account = account_of(self.secret, self.access, "enable")
        try:
            logon = self.circumstances.gate.enter(account, self.circumstances.deadline)
        except CredentialOnHold as error:
            self.denied = error.gap
            return
        if not self._asks_for_secret():
            logon.not_tried()
            if self.denied is not None and not self._at_prompt():
                raise AccessDenied(self.denied.text)
            return
        last = self._say_secret(credential.enable_password.get_secret_value())
        if self.shell.prompt.may_become(last) and not _OPERATOR_PROMPT.search(last):
            logon.accepted()
            self.shell.prompt = Prompt(last)
            return
        if last:
            logon.refused()
        self.denied = AccessDenied("needs the enable password, and the device refused the one it was given").gap
        if not self.shell.prompt.is_line(last) and not self._at_prompt():
            raise AccessDenied(self.denied.text)

    def _asks_for_secret(self) -> bool:
        """Send enable; returns whether the device asks for the password (some let the user in without)."""
        shell = self.shell
        shell.send(ENABLE + shell.line_end)
        heard = Heard()

        def ended() -> bool:
            last = heard.last_line
            return bool(self.platform.enable_question.search(last)) or (
                bool(heard.lines) and shell.prompt.may_become(last) and not _OPERATOR_PROMPT.search(last)
            )

        # A prompt that still ends in '>' may be an earlier one: only silence decides that.
        if not shell.listen(heard, ended, 0.0, lambda: _ENABLE_WAIT_S):
            self.denied = Gap(reason=GapReason.ACCESS_DENIED, text="is not shown: the device did not take 'enable'")
            return False
        if self.platform.enable_question.search(heard.last_line):
            return True
        shell.prompt = Prompt(heard.last_line)
        return False

    def _say_secret(self, secret: str) -> str:
        """Send the enable password and return the line at which the device then stops, empty when it says nothing."""
        shell = self.shell
        shell.send(secret + shell.line_end)
        heard = Heard()

        def ended() -> bool:
            last = heard.last_line
            return bool(heard.lines) and (
                shell.prompt.is_line(last)
                or shell.prompt.may_become(last)
                or bool(self.platform.enable_question.search(last))
            )

        return heard.last_line if shell.listen(heard, ended, 0.0, lambda: shell.waits.prompt_s) else ""

    def _at_prompt(self) -> bool:
        """Leave a question of enable without answering it; returns whether the device is at its prompt again."""
        self.shell.send(_CANCEL)
        return self.shell.prompt.is_line(render(self.shell.settle(self.shell.waits.careful_s))[-1])


def _went_away(error: CollectError) -> Gap:
    return Gap(reason=error.reason, text=f"is not known: the device {error}")
