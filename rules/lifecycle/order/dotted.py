"""Numbers between dots, as most software has them, and names that have no order at all."""

import hashlib

from rules.lifecycle.order.relation import Parsed, Scheme, grammar, letter, number

_STAGES = {"alpha": -3, "beta": -2, "rc": -1}
_PARTS = 8


def _numbers(dotted: str) -> tuple[int, ...]:
    parts = tuple(int(part) for part in dotted.split("."))
    return parts + (0,) * (_PARTS - len(parts))


def numbered(name: str, parts: str) -> Scheme:
    """Return a scheme of bare numbers, compared from the left; `parts` counts them as a pattern does: '4' or '2,4'."""
    least, _, most = parts.partition(",")
    repeats = f"{{{int(least) - 1},{int(most or least) - 1}}}"
    return Scheme(name, grammar(rf"v?([0-9]+(?:\.[0-9]+){repeats})", lambda m: Parsed(line="", key=_numbers(m[1]))))


DOTTED = Scheme(
    "dotted",
    # 12.3.2, openssl 1.1.1w, Veeam 11.0.1.1261-P20240304, GlobalProtect 6.3.3-c1121, Debian 4.0r9, OPNsense 24.7_1
    grammar(
        r"v?([0-9]+(?:\.[0-9]+){0,7})([a-z]?)(?:[-_.]?(alpha|beta|rc)\.?([0-9]+))?(?:[-_]([A-Za-z]?)([0-9]+))?",
        lambda m: Parsed(
            line=m[5] or "",
            key=(*_numbers(m[1]), letter(m[2]), _STAGES.get(m[3] or "", 0), number(m[4]), number(m[6])),
            prerelease=m[3] is not None,
        ),
    ),
    lines="have different kinds of patch suffix",
    alike=lambda a, b: not a or not b or a == b,
)


def _named(text: str) -> Parsed:
    digest = hashlib.sha256(text.casefold().encode("utf-8", "surrogatepass")).hexdigest()
    return Parsed(line=digest, key=())


NAME = Scheme("names", _named, lines="are names, which have no order")
MODEL = Scheme("models", _named, lines="are models, which have no order")
CISCO_SMB = numbered("Cisco Small Business", "4")  # 2.5.9.54
DELL_OS6 = numbered("Dell OS6", "4")  # 6.5.4.3
DELL_OS10 = numbered("Dell OS10", "4")  # 10.5.2.9
UNIFI = numbered("UniFi", "3,4")  # 6.6.57.15206
