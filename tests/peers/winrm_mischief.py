"""What a hostile WinRM server answers: envelopes and HTTP bodies without end, without sense, or with traps."""

import gzip
import itertools
import socket
from collections.abc import Callable
from typing import Final

from tests.peers import winrm_soap as soap

SOAP_MISCHIEF: Final = (
    "endless_receive",  # Running with a little output, for ever
    "timeout_for_ever",  # the operation time-out fault, at once and for ever
    "empty_envelope",
    "bad_base64",
    "not_xml",
    "truncated_xml",
    "entity_bomb",
    "deep_xml",  # 60,000 elements, each inside the one before
    "wide_xml",  # as many elements as an envelope holds
    "endless_output",  # Running with 60 KB of output each time, for ever
    "wrong_fault",  # a fault whose code is no number
    "access_denied",  # what a user without rights gets: fault code 5
    "no_exit_code",
)
HTTP_MISCHIEF: Final = (
    "silent",
    "endless_body",  # chunks without end
    "endless_headers",
    "drip",  # an octet each 0.2 s
    "gzip",  # 64 KB that unpack to 64 MB
    "redirect",
    "close",
)
BOMB: Final = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise("abcdefgh"))
    + "]><b>&h;</b>"
)

Pause = Callable[[float], bool]


def soap_answer(mischief: str, call: soap.Call) -> tuple[int, bytes]:
    """Returns the HTTP status and the body in place of an honest envelope."""
    honest = soap.received(call.message_id, call.command_id, b"x" * 100, b"", None)
    match mischief:
        case "endless_receive":
            return 200, honest
        case "timeout_for_ever":
            return 500, soap.timed_out(call.message_id)
        case "empty_envelope":
            return 200, soap.envelope(f"{soap.SHELL}/{call.action}Response", call.message_id, "")
        case "bad_base64":
            text = soap.received(call.message_id, call.command_id, b"xxxxxx", b"", 0).replace(
                b"eHh4eHh4", b"%%%not*base64"
            )
            return 200, text
        case "not_xml":
            return 200, b"this is no envelope"
        case "truncated_xml":
            return 200, honest[: len(honest) // 2]
        case "entity_bomb":
            return 200, BOMB.encode()
        case "deep_xml":
            return 200, b"<a>" * 60_000 + b"</a>" * 60_000
        case "wide_xml":
            return 200, b"<a>" + b"<b/>" * 250_000 + b"</a>"
        case "endless_output":
            return 200, soap.received(call.message_id, call.command_id, b"x" * 60_000, b"", None)
        case "wrong_fault":
            return 500, soap.fault(call.message_id, "not a number", "something", "InternalError")
        case "access_denied":
            return 500, soap.fault(call.message_id, 5, "Access is denied. ", "AccessDenied")
        case "no_exit_code":
            done = soap.received(call.message_id, call.command_id, b"", b"", 0)
            return 200, done.replace(b"<rsp:ExitCode>0</rsp:ExitCode>", b"")
        case _:
            raise ValueError(mischief)


def http_answer(mischief: str, connection: socket.socket, pause: Pause, location: str) -> None:
    """Writes a raw HTTP answer; the connection is closed after it."""
    kind = b"Content-Type: application/soap+xml;charset=UTF-8\r\n"
    match mischief:
        case "silent":
            while pause(0.05) and not _left(connection):
                pass
        case "endless_body":
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + kind + b"Transfer-Encoding: chunked\r\n\r\n")
            piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
            while pause(0):
                connection.sendall(piece)
        case "endless_headers":
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while pause(0):
                connection.sendall(b"X-More: of the same\r\n" * 100)
        case "drip":
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + kind + b"Content-Length: 1000000\r\n\r\n")
            while pause(0.2):
                connection.sendall(b" ")
        case "gzip":
            body = gzip.compress(b" " * 64 * 1024 * 1024, 9, mtime=0)
            head = b"HTTP/1.1 200 OK\r\n" + kind + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
            connection.sendall(head + body)
        case "redirect":
            there = f"Location: {location}\r\n".encode()
            connection.sendall(b"HTTP/1.1 307 Temporary Redirect\r\n" + there + b"Content-Length: 0\r\n\r\n")
        case _:
            pass  # "close": nothing at all


def _left(connection: socket.socket) -> bool:
    """Returns whether the client has closed its side."""
    connection.settimeout(0.05)
    try:
        return not connection.recv(1)
    except TimeoutError:
        return False
