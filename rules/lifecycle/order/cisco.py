"""The orders of Cisco: IOS, IOS-XE, NX-OS and ASA."""

from rules.lifecycle.order.relation import Order, Parsed, Scheme, grammar, letter, number

IOS = Scheme(
    "Cisco IOS",
    # 15.2(7)E0a: number in brackets with a letter, train, rebuild with a letter
    grammar(
        r"([0-9]{2})\.([0-9]+)\(([0-9]+)([a-z]?)\)([A-Z]*)([0-9]*)([a-z]?)",
        lambda m: Parsed(m[5], (int(m[1]), int(m[2]), int(m[3]), letter(m[4]), number(m[6]), letter(m[7]))),
    ),
    lines="belong to different trains, whose numbers say nothing about each other",
)

_OLD_XE = grammar(
    # 03.06.06.E | 03.07.05E | 3.16.4bS
    r"0?3\.([0-9]{1,2})\.([0-9]{1,2})([a-z]?)\.?([A-Z]{1,3})([0-9]*)",
    lambda m: Parsed(f"3.x {m[4]}", (3, int(m[1]), int(m[2]), letter(m[3]), number(m[5]))),
)
_NEW_XE = grammar(
    # 17.09.04a | 17.9.4 | Cupertino-17.9.4; interim builds (17.17.20240828:191717) have a longer third number
    r"(?:[A-Z][a-z]+[- ])?(1[6-9]|[2-9][0-9])\.([0-9]{1,2})\.([0-9]{1,2})([a-z]{0,2})",
    lambda m: Parsed("", (int(m[1]), int(m[2]), int(m[3]), letter(m[4]))),
)


def _iosxe(text: str) -> Parsed | None:
    return _NEW_XE(text) or _OLD_XE(text)


IOSXE = Scheme("Cisco IOS-XE", _iosxe, lines="belong to different numberings or trains of IOS-XE")


def _merged_nxos(left: Parsed, right: Parsed) -> Order | None:
    """Place the Nexus 9000 trains 7.0(3)I and 7.0(3)F before 9.2(1), in which Cisco joined them."""
    if {left.line, right.line} & {"I", "F"} and "" in {left.line, right.line}:
        plain = left if not left.line else right
        if plain.key[0] >= 9:
            return Order("newer" if plain is left else "older", "the 7.0(3)I and F trains went into 9.2(1)")
    return None


NXOS = Scheme(
    "Cisco NX-OS",
    # 9.3(10) | 7.0(3)I7(8) | 10.3(4a) | 10.2(2)(F): the last letter tells feature from maintenance release only
    grammar(
        r"([0-9]+)\.([0-9]+)\(([0-9]+)([a-z]?)\)(?:([A-Z])([0-9]+)\(([0-9]+)([a-z]?)\))?(?:\([FM]\))?",
        lambda m: Parsed(
            m[5] or "",
            (int(m[1]), int(m[2]), int(m[3]), letter(m[4]), number(m[6]), number(m[7]), letter(m[8])),
        ),
    ),
    lines="belong to different trains",
    relate=_merged_nxos,
)

ASA = Scheme(
    "Cisco ASA",
    # 9.8(4)39 | 9.12(2); the number after the brackets is the interim build
    grammar(
        r"([0-9]+)\.([0-9]+)\(([0-9]+)(?:\.([0-9]+))?\)([0-9]*)",
        lambda m: None if m[4] and m[5] else Parsed("", (int(m[1]), int(m[2]), int(m[3]), number(m[4] or m[5]))),
    ),
)
