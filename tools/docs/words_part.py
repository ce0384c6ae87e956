"""Closed lists of words: exit codes, gap reasons, reasons of unknown, kinds of device, credentials, comparisons."""

from typing import Final, Literal, get_args, get_origin

from pydantic import BaseModel

from agent.mending import ACTS
from collectors.access import DEFAULT_PORTS, DEFAULT_TIMEOUTS_S
from collectors.credentials import LocalAccount, NutAccount, SnmpCommunity, SnmpUser, SshAccount, WinrmAccount
from collectors.facts.exit_codes import ExitCode, exit_code_of
from collectors.facts.gaps import GapReason
from rules.grammar.sentences import Comparison
from rules.grammar.values import FITTING
from rules.kinds import DEVICE_KINDS, OTHER_KINDS
from rules.verdict import Reason
from tools.docs.markdown import code, codes, table

_EXITS: Final[dict[ExitCode, tuple[str, str]]] = {
    ExitCode.DONE: ("the command did what it was asked", "nobody"),
    ExitCode.DEFECT: ("a defect of Datumline; one sentence names the log file with the details", "us: send the log"),
    ExitCode.USAGE: ("the command line or a file is wrong; every problem is told with file and line", "you"),
    ExitCode.UNREACHABLE: ("the device, the server, or the address of a catalogue did not answer", "the network"),
    ExitCode.ACCESS_DENIED: (
        "access denied, or the credential is on hold; for an agent: the server refuses it",
        "whoever keeps the account",
    ),
    ExitCode.UNSUPPORTED: ("no driver knows this device, or it tells nothing that is asked", "nobody; look on site"),
    ExitCode.UNEXPECTED_REPLY: ("a reply was not understood", "us: send a recording"),
    ExitCode.IDENTITY_CHANGED: (
        "another key, certificate or serial number answers than the one known",
        "a person: compare it with the device",
    ),
    ExitCode.DEVICE_UNREAD: ("`assess` finished, but a device gave no reading", "see the checklist"),
    ExitCode.FAIL_ON_MET: ("`assess --fail-on` was met", "see the checklist"),
    ExitCode.INTERRUPTED: ("interrupted; `assess` still writes what it had read", "nobody"),
}
_CREDENTIALS: Final[tuple[tuple[str, type[BaseModel]], ...]] = (
    ("snmp, version 1 and 2c", SnmpCommunity),
    ("snmp, version 3", SnmpUser),
    ("ssh", SshAccount),
    ("winrm", WinrmAccount),
    ("nut", NutAccount),
    ("local", LocalAccount),
)


def exit_codes() -> str:
    """Return every exit code with its meaning and who must act."""
    return table(("Code", "Means", "Who acts"), ((str(int(one)), *_EXITS[one]) for one in ExitCode))


def gap_reasons() -> str:
    """Return every reason of a gap with who must act and the exit code it leads to."""
    rows = ((code(reason), ACTS[reason], str(int(exit_code_of(reason)))) for reason in GapReason)
    return table(("Reason of a gap", "Who acts", "Exit code when nothing was read"), rows)


def verdict_reasons() -> str:
    """Return the reasons of an unknown verdict, the one that is shown first at the top."""
    return "\n".join(f"{number}. {code(reason)}" for number, reason in enumerate(Reason, 1))


def device_kinds() -> str:
    """Return what a standard may be asked of."""
    return f"Devices: {codes(DEVICE_KINDS)}.\n\nSubjects that are not devices: {codes(OTHER_KINDS)}."


def transports() -> str:
    """Return the usual port and deadline of each transport."""
    rows = (
        (code(name), "none" if name == "local" else str(port), f"{DEFAULT_TIMEOUTS_S[name]:g} s")
        for name, port in DEFAULT_PORTS.items()
    )
    return table(("Transport", "Usual port", "Whole deadline"), rows)


def fitting() -> str:
    """Return which kinds of facts each comparison takes."""
    rows = ((code(one), ", ".join(sorted(kind.value for kind in FITTING[one]))) for one in Comparison)
    return table(("Comparison", "Takes"), rows)


def credential_kinds() -> str:
    """Return the keys of each kind of credential."""
    return table(
        ("Kind", "Key", "Needed", "Values", "Default"),
        [
            (kind, code(name), "yes" if told.is_required() else "no", _values(told.annotation), _default(told.default))
            for kind, model in _CREDENTIALS
            for name, told in model.model_fields.items()
        ],
    )


def _values(annotation: object) -> str:
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return codes(str(word) for word in get_args(part))
    return "secret" if "SecretStr" in str(annotation) else "text"


def _default(default: object) -> str:
    return code(default) if isinstance(default, str) and default else ""
