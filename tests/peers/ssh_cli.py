"""A network device's command line over SSH, from a table of commands and their recorded outputs."""

from collections.abc import Mapping
from typing import Final, Unpack

from tests.peers.cli_session import CliSession, Hangup
from tests.peers.cli_styles import STYLES, CliStyle
from tests.peers.ssh_server import Opened, SshOptions, SshPeer
from tests.peers.terminal import Echo, Terminal

__all__ = ["MISCHIEF", "STYLES", "CliStyle", "SshCliPeer"]

MISCHIEF: Final = (
    "silent",  # accepts and says nothing
    "not_ssh",
    "endless_banner",
    "banner_drip",
    "banner_flood",  # one line without an end
    "refuse_shell",
    "close_at_login",
    "no_prompt",
    "endless_output",
    "endless_line",
    "drip_output",  # a character each 0.2 s, for ever
    "stall_in_output",
    "close_in_output",
    "more_for_ever",
    "escapes",
    "escapes_alone",  # replies of screen movements, and not a word
    "beginnings",  # terminal strings that begin and never end
    "erasures",  # a long line and one erasure after the other
    "prompts_in_a_row",  # what looks like many prompts and is none
)


class SshCliPeer(SshPeer):
    """Answers as the style says; every line is in `received` (secrets as <secret>), every pager key in `keys`."""

    def __init__(
        self,
        style: CliStyle,
        replies: Mapping[str, str],
        *,
        name: str = "SW1",
        enable_secret: str | None = None,
        starts_enabled: bool | None = None,
        privileged_only: frozenset[str] = frozenset(),
        motd: str = "",
        page_lines: int = 24,
        echo: Echo = "tty",
        think_s: float = 0.0,
        stale_prompt: bool = False,
        chunk_bytes: int = 0,
        chunk_pause_s: float = 0.0,
        mischief: str | None = None,
        **options: Unpack[SshOptions],
    ) -> None:
        if mischief is not None and mischief not in MISCHIEF:
            raise ValueError(f"no such mischief: {mischief}")
        super().__init__(mischief=mischief, user_suffix=style.user_suffix, **options)
        self.style = style
        self.replies = {" ".join(command.split()): text for command, text in replies.items()}
        self.name = name
        self.enable_secret = enable_secret
        self.starts_enabled = not style.has_enable if starts_enabled is None else starts_enabled
        self.privileged_only = privileged_only
        self.motd = motd
        self.page_lines = page_lines
        self.echo: Echo = echo
        self.think_s = think_s
        self.stale_prompt = stale_prompt
        self.chunk_bytes, self.chunk_pause_s = chunk_bytes, chunk_pause_s
        self._keys: list[str] = []

    @property
    def keys(self) -> list[str]:
        """Returns the keys that answered pagers and login pages, oldest first."""
        with self._record_lock:
            return list(self._keys)

    def note_key(self, key: str) -> None:
        """Notes one key that was no part of a line."""
        with self._record_lock:
            self._keys.append(key)

    def converse(self, opened: Opened) -> None:
        """Runs a shell session, or answers one command given at once."""
        terminal = Terminal(opened.channel, self.echo, self.pause, self.chunk_bytes, self.chunk_pause_s)
        session = CliSession(self, terminal, opened.user)
        try:
            if opened.command is None:
                session.run()
            else:
                self.hear(opened.command)
                session.paging = False
                session.show(session.reply(session.normalised(opened.command)))
                opened.channel.send_exit_status(0)
        except (Hangup, EOFError, OSError):
            pass
        finally:
            terminal.close()
