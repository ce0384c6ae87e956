"""Logons at the WinRM peer: NTLM through pyspnego with sealing of the messages, and Basic."""

import base64
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import spnego
from spnego.exceptions import SpnegoError

BOUNDARY: Final = b"--Encrypted Boundary"
SEALED_TYPE: Final = (
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
)
NTLM_SIGNATURE: Final = b"NTLMSSP\0"
# pyspnego's acceptor finds its users only through this variable, so it is set for the moment of each step.
USER_FILE: Final = "NTLM_USER_FILE"
_environment = threading.Lock()


class BadSeal(ValueError):
    """A message that should be sealed cannot be opened."""


class UserFile:
    """The accounts, in the file that pyspnego reads; names are DOMAIN\\user or user."""

    def __init__(self, users: Mapping[str, str]) -> None:
        if any(":" in text for pair in users.items() for text in pair):
            raise ValueError("the user file has no way to write a colon")
        self.users = {name.upper(): password for name, password in users.items()}
        handle, name = tempfile.mkstemp(prefix="ntlm-users-")
        os.close(handle)
        self.path = Path(name)
        lines = []
        for user, password in users.items():
            domain, _, account = user.rpartition("\\")
            lines.append(f"{domain}:{account}:{password}\n")
        self.path.write_text("".join(lines))

    def close(self) -> None:
        """Removes the file."""
        self.path.unlink(missing_ok=True)


class NtlmLogon:
    """One connection's NTLM handshake, and the sealing once it is complete."""

    def __init__(self, users: UserFile) -> None:
        self._users = users
        self.user = ""
        with _environment:
            os.environ[USER_FILE] = str(users.path)
            self._context = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
            del os.environ[USER_FILE]

    @property
    def complete(self) -> bool:
        """Returns whether the user is known."""
        return self._context.complete

    def step(self, token: bytes) -> bytes | None:
        """Returns the token to send back; raises SpnegoError for a wrong user or password."""
        self.user = user_of(token) or self.user
        with _environment:
            os.environ[USER_FILE] = str(self._users.path)
            try:
                return self._context.step(token)
            finally:
                del os.environ[USER_FILE]

    def unseal(self, body: bytes) -> bytes:
        """Returns the opened message of a multipart/encrypted body (MS-WSMV section 2.2.9.1); raises BadSeal."""
        _, found, part = body.partition(b"application/octet-stream\r\n")
        end = part.rfind(BOUNDARY)
        if not found or end < 4:
            raise BadSeal("no encrypted part")
        size = int.from_bytes(part[:4], "little")
        try:
            message = self._context.unwrap_winrm(part[4 : 4 + size], part[4 + size : end])
        except (SpnegoError, ValueError) as error:
            raise BadSeal(str(error)) from error
        said = re.search(rb"Length=(\d+)", body[: len(body) - len(part)])
        if said is None or int(said[1]) != len(message):
            raise BadSeal("the length does not match")
        return message

    def seal(self, message: bytes) -> bytes:
        """Returns the multipart/encrypted body of a message."""
        wrapped = self._context.wrap_winrm(message)
        original = len(message) + wrapped.padding_length
        lines = (
            BOUNDARY,
            b"\tContent-Type: application/HTTP-SPNEGO-session-encrypted",
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d" % original,
            BOUNDARY,
            b"\tContent-Type: application/octet-stream\r\n",
        )
        size = len(wrapped.header).to_bytes(4, "little")
        return b"\r\n".join(lines) + size + wrapped.header + wrapped.data + BOUNDARY + b"--\r\n"


def user_of(token: bytes) -> str:
    """Returns DOMAIN\\user of an AUTHENTICATE_MESSAGE (MS-NLMP section 2.2.1.3), or nothing for other messages."""
    start = token.find(NTLM_SIGNATURE)
    message = token[start:] if start >= 0 else b""
    if message[8:12] != b"\x03\0\0\0":
        return ""
    names = []
    for field in (28, 36):  # DomainNameFields, UserNameFields: length, space, offset
        size = int.from_bytes(message[field : field + 2], "little")
        offset = int.from_bytes(message[field + 4 : field + 8], "little")
        names.append(message[offset : offset + size].decode("utf-16-le", "replace"))
    return "\\".join(filter(None, names))


def basic_user(authorization: str) -> tuple[str, str]:
    """Returns user and password of a Basic header; both are empty when it is malformed."""
    try:
        user, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    except ValueError:
        return "", ""
    return user, password
