"""The terminal side of a simulated CLI: echo in several manners, line editing, output in pieces."""

import queue
import threading
from collections.abc import Callable
from typing import Final, Literal

import paramiko

# tty: at once, even while the device works; when_read: as the CLI takes the line up; none: never
Echo = Literal["tty", "when_read", "none"]
ERASE: Final = {"\b", "\x7f"}
CANCEL: Final = {"\x03", "\x15"}
MOST_LINE_CHARACTERS: Final = 10_000


class Terminal:
    """Reads keys and lines from a channel and writes text to it; a thread of its own takes the keys in."""

    def __init__(
        self,
        channel: paramiko.Channel,
        echo: Echo,
        pause: Callable[[float], bool],
        chunk_bytes: int = 0,
        chunk_pause_s: float = 0.0,
    ) -> None:
        self._channel = channel
        self._echo = echo
        self._pause = pause
        self._chunk_bytes, self._chunk_pause_s = chunk_bytes, chunk_pause_s
        self._keys: queue.Queue[str] = queue.Queue()
        self._echoing = True
        self._send_lock = threading.Lock()
        self._after_return = False
        self._reader = threading.Thread(target=self._take_in, name="Terminal", daemon=True)
        self._reader.start()

    def write(self, text: str) -> None:
        """Sends text with network line ends; raises OSError when the client is gone."""
        octets = text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")
        step = self._chunk_bytes or len(octets) or 1
        for start in range(0, len(octets), step):
            if start and not self._pause(self._chunk_pause_s):
                raise EOFError
            with self._send_lock:
                self._channel.sendall(octets[start : start + step])

    def hush(self, quiet: bool) -> None:
        """Stops or resumes the echo, for secrets and pagers."""
        self._echoing = not quiet

    def key(self) -> str:
        """Returns the next key without echo; raises EOFError when the client is gone."""
        key = self._keys.get()
        if not key:
            self._keys.put("")
            raise EOFError
        return key

    def line(self) -> str:
        """Returns the next line without its end; carriage return, line feed and both together end it."""
        typed: list[str] = []
        while len(typed) < MOST_LINE_CHARACTERS:
            key = self.key()
            if key == "\n" and self._after_return:
                self._after_return = False
                continue
            self._after_return = key == "\r"
            if self._echo == "when_read" and self._echoing:
                self._send_echo(key)
            if key in "\r\n":
                break
            if key in ERASE:
                del typed[-1:]
            elif key in CANCEL:
                typed.clear()
            else:
                typed.append(key)
        return "".join(typed)

    def close(self) -> None:
        """Closes the channel and waits for the reading thread."""
        self._channel.close()
        self._reader.join(10)

    def _take_in(self) -> None:
        last = ""
        try:
            while octets := self._channel.recv(4096):
                keys = octets.decode("latin-1")
                if self._echo == "tty" and self._echoing:
                    # in one piece: a line typed at once is not torn by a prompt that comes meanwhile
                    self._send_echo((last + keys).replace("\r\n", "\r")[len(last) :])
                last = keys[-1]
                for key in keys:
                    self._keys.put(key)
        except (OSError, EOFError):
            pass  # the client hung up while its keys were echoed
        finally:
            self._keys.put("")

    def _send_echo(self, keys: str) -> None:
        shown = "".join("\r\n" if key in "\r\n" else "\b \b" if key in ERASE else key for key in keys)
        with self._send_lock:
            self._channel.sendall(shown.encode("latin-1"))
