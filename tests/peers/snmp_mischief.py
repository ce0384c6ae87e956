"""What a hostile or broken SNMP agent answers: walks without end, oversized and malformed messages."""

import random
from dataclasses import dataclass
from typing import Final, Literal, get_args

from tests.peers import ber
from tests.peers.ber import Oid, Request, Value

SnmpMischief = Literal[
    "silent",
    "same_oid",  # a walk that gets the same OID for ever
    "two_oids",  # ... two in turn
    "backwards",  # ... one before the asked
    "endless",  # ... always the next
    "long_oids",  # ... always the next, of 128 arcs of 2^32-1
    "huge_values",  # 60 kB in each value
    "long_middle",  # an OID of 1,000 arcs between two honest ones
    "many_varbinds",  # 3,000 bindings in one answer
    "deep_oid",  # an OID of 20,000 arcs
    "wrong_oid",  # the answer is about another OID than was asked
    "wrong_id",
    "wrong_community",
    "truncated",
    "lying_length",
    "indefinite",  # nested indefinite lengths
    "random",
    "lying_inside",  # a value that is longer than its message, inside right lengths around it
    "huge_number",  # a counter of 2,000 octets
    "huge_arc",  # a value that is an OID with one arc of 4,000 octets
    "flood",  # 2,000 datagrams that belong to no request
    "drip_wrong_id",  # an answer to another request each 0.1 s, for ever: each one starts a naive time-out anew
]
TEXT: Final = Value(ber.OCTETS, b"x")
HUGE: Final = Value(ber.OCTETS, b"x" * 60_000)
HUGE_ARC: Final = Value(ber.OBJECT_ID, b"\x2b" + b"\xff" * 4000 + b"\x01")
DRIPS_COUNT: Final = 600


@dataclass
class Walks:
    """Where the present walk started and how far it has come."""

    root: Oid = ()
    count: int = 0

    def step(self, asked: Oid) -> Oid:
        """Returns the root of the walk that this request goes on with."""
        if not self.root or asked[: len(self.root)] != self.root:
            self.root, self.count = asked, 0
        self.count += 1
        return self.root


def answers(mischief: SnmpMischief, request: Request, walks: Walks) -> list[bytes] | None:
    """Returns the datagrams to send, or None where this mischief leaves the request to the honest agent."""
    malformed = _malformed(mischief, request)
    if malformed is not None:
        return malformed
    if not request.oids:
        return None
    if mischief in ("huge_number", "huge_arc"):
        wrong = Value(ber.COUNTER64, b"\x7f" * 2000) if mischief == "huge_number" else HUGE_ARC
        after = request.pdu in ("getnext", "getbulk")
        return [ber.response(request, [ber.varbind((*oid, 1) if after else oid, wrong) for oid in request.oids])]
    if request.pdu not in ("getnext", "getbulk"):
        return [ber.response(request, [ber.varbind(request.oids[0], HUGE)])] if mischief == "huge_values" else None
    root = walks.step(request.oids[0])
    repetitions = request.second_number if request.pdu == "getbulk" else 1
    pairs: list[tuple[Oid, Value]]
    match mischief:
        case "same_oid":
            pairs = [((*root, 1), TEXT)] * repetitions
        case "two_oids":
            pairs = [((*root, 1 + (walks.count + turn) % 2), TEXT) for turn in range(repetitions)]
        case "backwards":
            pairs = [((*root, 2**31 - walks.count), TEXT)]
        case "endless":
            walks.count += repetitions
            pairs = [((*root, walks.count - repetitions + turn), TEXT) for turn in range(repetitions)]
        case "long_oids":
            tail = (2**32 - 1,) * (127 - len(root))
            pairs = [((*root, walks.count, *tail), TEXT)]
        case "huge_values":
            pairs = [((*root, walks.count), HUGE)]
        case "long_middle":
            pairs = [((*root, 1), TEXT), ((*root, 1, *(1,) * 1000), TEXT), ((*root, 2), TEXT)]
        case "many_varbinds":
            pairs = [((*root, walks.count, turn), TEXT) for turn in range(3000)]
        case _:
            return None
    return [ber.response(request, [ber.varbind(*pair) for pair in pairs])]


def _malformed(mischief: SnmpMischief, request: Request) -> list[bytes] | None:
    """Returns datagrams that are wrong whatever was asked."""
    asked = request.oids[0] if request.oids else (1, 3, 6, 1)
    honest = ber.response(request, [ber.varbind(asked, TEXT)])
    match mischief:
        case "deep_oid":
            return [ber.response(request, [ber.varbind((*asked, *(1,) * 20_000), TEXT)])]
        case "wrong_oid":
            return [
                ber.response(
                    request,
                    [ber.varbind((1, 3, 6, 1, 4, 1, 99999, 1), TEXT) for _ in request.oids],
                )
            ]
        case "wrong_id":
            return [
                ber.response(
                    _with_id(request, request.request_id + 1),
                    [ber.varbind(asked, TEXT)],
                )
            ]
        case "wrong_community":
            return [honest.replace(request.community, bytes(len(request.community)), 1)]
        case "truncated":
            return [honest[: len(honest) // 2]]
        case "lying_length":
            return [bytes((0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF)) + honest[2:]]
        case "lying_inside":
            return [honest[: -len(TEXT.content) - 1] + bytes((0x7F,)) + TEXT.content]
        case "drip_wrong_id":
            never_asked = _with_id(request, request.request_id ^ 0x2000_0000)
            return [ber.response(never_asked, [ber.varbind(asked, TEXT)])] * DRIPS_COUNT
        case "indefinite":
            return [b"\x30\x80" * 20_000]
        case "random":
            return [random.Random(9).randbytes(1200)]  # the same bytes in every run
        case "flood":
            return [ber.response(_with_id(request, 10_000_000 + n), [ber.varbind(asked, TEXT)]) for n in range(2000)]
        case _:
            return None


def _with_id(request: Request, request_id: int) -> Request:
    return Request(request.version, request.community, request.pdu, request_id, 0, 0, request.oids)


ALL: Final[tuple[SnmpMischief, ...]] = get_args(SnmpMischief)
