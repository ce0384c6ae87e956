"""An SSH session: one connection, one logon, and then either a network device's command line or one shell script.

Which of the two is the driver's word (`SHELL = "sh"` means the script). Before a driver is chosen, an interactive shell
is opened to see the prompt, and only where server and prompt are those of a POSIX shell is a question executed on a
channel of its own: many network devices take one channel and end the connection with it.
"""

import contextlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from paramiko import Channel

from collectors.access import Access, Circumstances, Secret
from collectors.driver import Gentle
from collectors.errors import CollectError, UnexpectedReply, Unreachable, Unsupported
from collectors.facts.gaps import Gap
from collectors.facts.marks import Marks
from collectors.replies import TextReplies
from collectors.session import AnyDriver, Hello
from collectors.transports.ssh.command_errors import refusal_in
from collectors.transports.ssh.connection import BROKEN, Connection, connect
from collectors.transports.ssh.greeting import Greeting, greet, require_prompt
from collectors.transports.ssh.linux_exec import run_script
from collectors.transports.ssh.logon import TypedLogon, log_on, ssh_account_of
from collectors.transports.ssh.network_cli import NetworkCli
from collectors.transports.ssh.offer import SshOffer
from collectors.transports.ssh.platforms import PLAIN, platform_of
from collectors.transports.ssh.prompts import is_posix_shell
from collectors.transports.ssh.shell import Shell, Waits
from collectors.transports.ssh.terminal_text import plain

_SCREEN = ("vt100", 511, 1000)
"""The terminal that netmiko asks for too: wide, so that lines are not folded, and long, so that pages are few."""
_BANNER_LIMIT_BYTES = 16 * 1024
_TRY_LIMIT_BYTES = 64 * 1024
_QUESTION_LIMIT_CHARACTERS = 120
# A word of a POSIX shell typed at a switch may be taken for a device's name, and looked up in DNS for half a minute.
_SHELL_WORDS = re.compile(
    r"[;&`$]|\|\||(^|[\s=])/(bin|etc|proc|sys|usr|var)\b|^(uname|cat|sh|lsb_release|hostnamectl)\b"
)


@dataclass(frozen=True)
class SshHello(Hello):
    """What an SSH server says by itself, with the algorithms it offers."""

    offered: SshOffer | None = None


def open_session(
    access: Access, secret: Secret, circumstances: Circumstances, waits: Waits | None = None
) -> "SshSession":
    """Return a session that is logged on, after exactly one logon.

    Raises Unreachable, IdentityChanged (nothing was sent), AccessDenied, CredentialOnHold, or Unsupported when the
    device offers no SSH algorithm that is still in use.
    """
    ssh_account_of(secret)
    connection = connect(access, circumstances)
    try:
        typed = log_on(connection, access, secret, circumstances)
    except CollectError:
        connection.close()
        raise
    return SshSession(connection, access, secret, circumstances, typed, waits)


class SshSession:
    """One logged-on connection (see `collectors.session.Session`)."""

    def __init__(
        self,
        connection: Connection,
        access: Access,
        secret: Secret,
        circumstances: Circumstances,
        typed: TypedLogon | None = None,
        waits: Waits | None = None,
    ) -> None:
        self._connection, self._access, self._secret = connection, access, secret
        self._circumstances, self._typed, self._waits = circumstances, typed, waits
        self._channel: Channel | None = None
        self._shell: Shell | None = None
        self._greeting = Greeting("", "", False)
        self._no_shell: CollectError | None = None
        self._asked = self._closed = False
        self._gentle = Gentle()
        self._tried: dict[str, str | None] = {}

    @property
    def hello(self) -> SshHello:
        """Return what the device says by itself. A shell is opened for its prompt only while no driver is chosen."""
        if self._access.driver is None and not self._asked:
            with contextlib.suppress(Unsupported, UnexpectedReply):
                self._open_shell()
        connection = self._connection
        before = (connection.transport.get_banner() or b"")[:_BANNER_LIMIT_BYTES].decode("utf-8", "replace")
        return SshHello(
            ident=connection.ident,
            banner="\n".join(part for part in (plain(before).strip(), self._greeting.said.strip()) if part),
            prompt=self._greeting.last_line,
            address=connection.address,
            marks=Marks(host_key=connection.fingerprint),
            offered=connection.transport.offered,
        )

    def try_question(self, question: str) -> str | None:
        """Return the reply to one question of a candidate driver, None when there is none that is certain."""
        if question not in self._tried:
            self._tried[question] = self._try(question)
        return self._tried[question]

    def ask(self, driver: AnyDriver) -> TextReplies:
        """Return the replies to a driver's ASKS, after its PREPARES.

        Raises Unreachable, AccessDenied, Unsupported or UnexpectedReply when not even a prompt was reached.
        """
        self._asked = True
        self._gentle = driver.GENTLE
        observed_at = self._circumstances.now()
        replies = self._run_script(driver) if getattr(driver, "SHELL", None) == "sh" else self._converse(driver)
        return TextReplies(observed_at, replies, self._connection.address)

    def close(self) -> None:
        """Log off, and give the device its pause before anything else logs on."""
        if self._closed:
            return
        self._closed = True
        if self._typed is not None:
            self._typed.settle(let_in=False) if self._typed.sent else self._typed.logon.not_tried()
        self._close_shell()
        self._connection.close()
        with contextlib.suppress(CollectError):
            time.sleep(self._circumstances.deadline.left_s(self._gentle.pause_after_s))

    def _try(self, question: str) -> str | None:
        if "\n" in question or len(question) > _QUESTION_LIMIT_CHARACTERS:
            return None
        try:
            self._open_shell()
            if is_posix_shell(self._connection.ident, self._greeting.last_line):
                replies = run_script(self._connection, (question,), self._circumstances.deadline, _TRY_LIMIT_BYTES)
                reply: str | Gap = replies[question]
            elif not self._greeting.at_prompt or self._shell is None or _SHELL_WORDS.search(question):
                return None
            else:
                reply = self._shell.ask(question)
        except UnexpectedReply:
            with contextlib.suppress(CollectError):
                if self._shell is not None and not self._shell.come_back():
                    self._greeting = Greeting(self._greeting.said, self._greeting.last_line, False)
            return None
        except Unsupported:
            return None
        return reply if isinstance(reply, str) and reply.strip() and refusal_in(reply) is None else None

    def _converse(self, driver: AnyDriver) -> Mapping[str, str | Gap]:
        device_type = getattr(driver, "NETMIKO", None)
        platform = platform_of(str(device_type)) if device_type else PLAIN
        keys = [line for line in driver.PREPARES if len(line) == 1]
        shell = self._open_shell(keys)
        require_prompt(self._greeting)
        conversation = NetworkCli(
            shell, platform, self._access, self._secret, self._circumstances, driver.GENTLE,
            tuple(getattr(driver, "ERRORS", ())),
        )  # fmt: skip
        return conversation.converse(driver.PREPARES, driver.ASKS)

    def _run_script(self, driver: AnyDriver) -> Mapping[str, str | Gap]:
        self._close_shell()
        deadline = self._circumstances.deadline
        return run_script(self._connection, driver.ASKS, deadline, self._circumstances.output_limit_bytes)

    def _open_shell(self, keys: list[str] | None = None) -> Shell:
        """Return the one interactive shell, greeted on first use; keys come later when detection was first."""
        if self._no_shell is not None:
            raise self._no_shell
        if self._shell is None:
            self._channel = self._open_channel()
            around = self._circumstances
            self._shell = Shell(self._channel, around.deadline, around.output_limit_bytes, self._waits)
            self._greeting = greet(self._shell, self._typed, keys or ())
        elif keys and not self._greeting.at_prompt:
            self._greeting = greet(self._shell, self._typed, keys)
        return self._shell

    def _open_channel(self) -> Channel:
        deadline = self._circumstances.deadline
        transport = self._connection.transport
        term, width, height = _SCREEN
        try:
            channel = transport.open_session(timeout=deadline.left_s())
            channel.set_combine_stderr(True)
            channel.get_pty(term, width, height)
            channel.invoke_shell()
        except BROKEN as error:
            deadline.left_s()
            if transport.is_active():
                self._no_shell = Unsupported("cannot be read: it opens no command line over SSH")
                raise self._no_shell from error
            raise Unreachable("closed the connection when a command line was opened") from error
        return channel

    def _close_shell(self) -> None:
        if self._channel is not None:
            with contextlib.suppress(*BROKEN):
                self._channel.close()
        self._channel = self._shell = None
