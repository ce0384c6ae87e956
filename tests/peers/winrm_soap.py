"""WS-Management envelopes of the text shell, after recorded exchanges with Windows and MS-WSMV section 3.1.4."""

import base64
import re
import uuid
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
FAULT_ACTION: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
ANONYMOUS: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
NAMES: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "x": TRANSFER,
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "rsp": SHELL,
    "p": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
}
DECLARED: Final = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
DEFAULT_TIMEOUT_S: Final = 60.0
TIMED_OUT: Final = 2150858793  # recorded from Windows
SHELL_NOT_FOUND: Final = 2150858843
TIMED_OUT_TEXT: Final = (
    "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  "
)


class BadEnvelope(ValueError):
    """The request is no WS-Management envelope."""


@dataclass(frozen=True)
class Call:
    """One request, with the parts that the shell operations use."""

    action: str  # the last word: Create, Command, Send, Receive, Signal, Delete
    message_id: str
    shell_id: str
    command_id: str
    timeout_s: float
    options: dict[str, str]
    command: str
    arguments: tuple[str, ...]
    stdin: bytes
    stdin_ends: bool
    signal: str


def read(xml: bytes) -> Call:
    """Returns the request's parts; raises BadEnvelope."""
    try:
        root = fromstring(xml)
        duration = re.fullmatch(r"PT([\d.]+)S", _text(root, ".//w:OperationTimeout"))
        streams = root.findall(".//rsp:Send/rsp:Stream", NAMES)
        if any(stream.get("Name") != "stdin" for stream in streams):
            raise BadEnvelope("the only input stream is stdin")
        return Call(
            action=_text(root, ".//a:Action").strip().rsplit("/", 1)[-1],
            message_id=_text(root, ".//a:MessageID"),
            shell_id=_text(root, ".//w:Selector[@Name='ShellId']"),
            command_id=_command_id(root),
            timeout_s=float(duration[1]) if duration else DEFAULT_TIMEOUT_S,
            options={one.get("Name", ""): one.text or "" for one in root.findall(".//w:Option", NAMES)},
            command=_text(root, ".//rsp:Command"),
            arguments=tuple(one.text or "" for one in root.findall(".//rsp:Arguments", NAMES)),
            stdin=b"".join(base64.b64decode(stream.text or "", validate=True) for stream in streams),
            stdin_ends=any(stream.get("End", "").lower() in ("true", "1") for stream in streams),
            signal=_text(root, ".//rsp:Signal/rsp:Code").rsplit("/", 1)[-1],
        )
    except (ParseError, ValueError, DefusedXmlException) as error:
        raise BadEnvelope(str(error)) from error


def _text(root: Element, path: str) -> str:
    found = root.find(path, NAMES)
    return "" if found is None else found.text or ""


def _command_id(root: Element) -> str:
    for path in (".//rsp:DesiredStream", ".//rsp:Send/rsp:Stream", ".//rsp:Signal"):
        found = root.find(path, NAMES)
        if found is not None:
            return found.get("CommandId", "")
    return ""


def new_id() -> str:
    """Returns a shell or command id as Windows writes it."""
    return str(uuid.uuid4()).upper()


def envelope(action: str, relates_to: str, body: str) -> bytes:
    """Returns a whole response envelope."""
    header = (
        f"<a:Action>{action}</a:Action><a:MessageID>uuid:{new_id()}</a:MessageID>"
        f"<a:To>{ANONYMOUS}</a:To><a:RelatesTo>{escape(relates_to)}</a:RelatesTo>"
    )
    return (
        f'<s:Envelope xml:lang="en-US" {DECLARED}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def fault(relates_to: str, code: int | str, text: str, subcode: str, sender: bool = True) -> bytes:
    """Returns a fault envelope with a WSManFault of the given code."""
    said = escape(text)
    return envelope(
        FAULT_ACTION,
        relates_to,
        f"<s:Fault><s:Code><s:Value>s:{'Sender' if sender else 'Receiver'}</s:Value>"
        f"<s:Subcode><s:Value>w:{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{said}</s:Text></s:Reason>'
        f'<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}" '
        f'Machine="peer"><f:Message>{said}</f:Message></f:WSManFault></s:Detail></s:Fault>',
    )


def timed_out(relates_to: str) -> bytes:
    """Returns the fault of an operation that had nothing to say in time."""
    return fault(relates_to, TIMED_OUT, TIMED_OUT_TEXT, "TimedOut", sender=False)


def created(relates_to: str, url: str, shell_id: str, owner: str) -> bytes:
    """Returns the answer to Create."""
    resource = f"{SHELL}/cmd"
    return envelope(
        f"{TRANSFER}/CreateResponse",
        relates_to,
        f"<x:ResourceCreated><a:Address>{url}</a:Address><a:ReferenceParameters><w:ResourceURI>{resource}"
        f'</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{shell_id}</w:Selector></w:SelectorSet>'
        f"</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>{shell_id}</rsp:ShellId>"
        f"<rsp:ResourceUri>{resource}</rsp:ResourceUri><rsp:Owner>{escape(owner)}</rsp:Owner>"
        f"<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>"
        f"<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>",
    )


def received(relates_to: str, command_id: str, stdout: bytes, stderr: bytes, exit_code: int | None) -> bytes:
    """Returns the answer to Receive: Running without an exit code, else Done with both streams ended."""
    body = "".join(
        _stream(name, command_id, base64.b64encode(octets).decode(), False)
        for name, octets in (("stdout", stdout), ("stderr", stderr))
        if octets
    )
    if exit_code is None:
        body += f'<rsp:CommandState CommandId="{command_id}" State="{SHELL}/CommandState/Running"></rsp:CommandState>'
    else:
        body += _stream("stdout", command_id, "", True) + _stream("stderr", command_id, "", True)
        body += f'<rsp:CommandState CommandId="{command_id}" State="{SHELL}/CommandState/Done">'
        body += f"<rsp:ExitCode>{exit_code}</rsp:ExitCode></rsp:CommandState>"
    return envelope(f"{SHELL}/ReceiveResponse", relates_to, f"<rsp:ReceiveResponse>{body}</rsp:ReceiveResponse>")


def _stream(name: str, command_id: str, text: str, ends: bool) -> str:
    end = ' End="true"' if ends else ""
    return f'<rsp:Stream Name="{name}" CommandId="{command_id}"{end}>{text}</rsp:Stream>'
