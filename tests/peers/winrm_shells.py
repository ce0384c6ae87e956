"""Shells and commands of the WinRM peer: what Create, Command, Send, Receive, Signal and Delete do."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.peers import winrm_soap as soap
from tests.peers.winrm_soap import Call

PIECE_BYTES: Final = 60_000  # base64 of it stays below the usual envelope of 153,600 octets
MOST_COMMAND_CHARACTERS: Final = 8191  # cmd.exe's limit for a line
TOO_LONG: Final = b"The command line is too long.\r\n"


@dataclass(frozen=True)
class ShellAnswer:
    """What a command prints and how it ends, and how long it takes; one that hangs prints and never ends."""

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int = 0
    after_s: float = 0.0
    hangs: bool = False


@dataclass
class ShellCommand:
    """One command as the client gave it; the input grows while it is sent."""

    command_line: str
    arguments: tuple[str, ...]
    codepage: int
    skips_cmd: bool
    stdin: bytearray = field(default_factory=bytearray)
    stdin_pieces: int = 0
    stdin_ended: bool = False
    signals: list[str] = field(default_factory=list)
    started_at: float = field(default_factory=time.monotonic)
    answer: ShellAnswer | None = None
    sent_bytes: int = 0

    @property
    def stdin_text(self) -> str:
        """Returns the input in the shell's code page."""
        return self.stdin.decode("utf-8" if self.codepage == 65001 else f"cp{self.codepage}", "replace")


Run = Callable[[str, tuple[str, ...], str], ShellAnswer]


class Shells:
    """All shells of one peer; each call is answered with an HTTP status and an envelope."""

    def __init__(self, run: Run, url: Callable[[], str], pause: Callable[[float], bool]) -> None:
        self._run, self._url, self._pause = run, url, pause
        self._lock = threading.Lock()
        self._shells: dict[str, tuple[int, dict[str, ShellCommand]]] = {}
        self.commands: list[ShellCommand] = []

    @property
    def open_count(self) -> int:
        """Returns how many shells were created and not deleted."""
        return len(self._shells)

    def answer(self, call: Call, user: str) -> tuple[int, bytes]:
        """Returns HTTP status and envelope."""
        if call.action == "Create":
            shell_id, codepage = soap.new_id(), int(call.options.get("WINRS_CODEPAGE", "437"))
            with self._lock:
                self._shells[shell_id] = (codepage, {})
            return 200, soap.created(call.message_id, self._url(), shell_id, user)
        shell = self._shells.get(call.shell_id)
        if shell is None:
            text = f"The request for the Windows Remote Shell with ShellId {call.shell_id} failed because the shell "
            text += "was not found on the server. "
            return 500, soap.fault(call.message_id, soap.SHELL_NOT_FOUND, text, "InvalidSelectors")
        if call.action == "Delete":
            with self._lock:
                self._shells.pop(call.shell_id, None)
            return 200, soap.envelope(f"{soap.TRANSFER}/DeleteResponse", call.message_id, "")
        if call.action == "Command":
            return self._command(call, *shell)
        command = shell[1].get(call.command_id)
        if command is None:
            return 500, soap.fault(call.message_id, 87, "The parameter is incorrect. ", "InvalidParameter")
        match call.action:
            case "Send":
                return self._send(call, command)
            case "Receive":
                return self._receive(call, command)
            case "Signal":
                command.signals.append(call.signal)
                return 200, soap.envelope(f"{soap.SHELL}/SignalResponse", call.message_id, "<rsp:SignalResponse/>")
        return 500, soap.fault(call.message_id, 2150858754, "The action is not supported. ", "InvalidAction")

    def _command(self, call: Call, codepage: int, commands: dict[str, ShellCommand]) -> tuple[int, bytes]:
        skips_cmd = call.options.get("WINRS_SKIP_CMD_SHELL", "").upper() == "TRUE"
        command = ShellCommand(call.command, call.arguments, codepage, skips_cmd)
        command_id = soap.new_id()
        with self._lock:
            commands[command_id] = command
            self.commands.append(command)
        body = f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"
        return 200, soap.envelope(f"{soap.SHELL}/CommandResponse", call.message_id, body)

    def _send(self, call: Call, command: ShellCommand) -> tuple[int, bytes]:
        if command.stdin_ended:
            return 500, soap.fault(call.message_id, 87, "The parameter is incorrect. ", "InvalidParameter")
        command.stdin += call.stdin
        command.stdin_pieces += 1
        command.stdin_ended = call.stdin_ends
        return 200, soap.envelope(f"{soap.SHELL}/SendResponse", call.message_id, "<rsp:SendResponse/>")

    def _receive(self, call: Call, command: ShellCommand) -> tuple[int, bytes]:
        if command.stdin_pieces and not command.stdin_ended:  # the process still waits for its input
            self._pause(call.timeout_s)
            return 500, soap.timed_out(call.message_id)
        if command.answer is None:
            command.answer = self._execute(command)
        wait_s = command.started_at + command.answer.after_s - time.monotonic()
        if wait_s > 0:
            self._pause(min(wait_s, call.timeout_s))
            if wait_s > call.timeout_s:
                return 500, soap.timed_out(call.message_id)
        start, answer = command.sent_bytes, command.answer
        if answer.hangs and start == len(answer.stdout) + len(answer.stderr):
            return 500, soap.timed_out(call.message_id)  # at once: tests count these, and wait for nothing
        stdout = answer.stdout[start : start + PIECE_BYTES]
        stderr_start = max(0, start - len(answer.stdout))
        room = PIECE_BYTES - len(stdout)
        stderr = answer.stderr[stderr_start : stderr_start + room]
        command.sent_bytes += len(stdout) + len(stderr)
        done = command.sent_bytes == len(answer.stdout) + len(answer.stderr)
        exit_code = answer.exit_code if done and not answer.hangs else None
        return 200, soap.received(call.message_id, call.command_id, stdout, stderr, exit_code)

    def _execute(self, command: ShellCommand) -> ShellAnswer:
        line = " ".join((command.command_line, *command.arguments))
        if not command.skips_cmd and len(line) > MOST_COMMAND_CHARACTERS:
            return ShellAnswer(stderr=TOO_LONG, exit_code=1)
        return self._run(command.command_line, command.arguments, command.stdin_text)
