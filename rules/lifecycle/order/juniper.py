"""The order of Junos: main line, service releases, X branches, Evolved."""

from rules.lifecycle.order.relation import Parsed, Scheme, grammar, number, optional

_MAIN = grammar(
    # 21.4R3-S5 | 18.2R3-S8.5 | 18.2R1.9 | 22.2R3-S1.3-EVO; the last number is the spin, which many outputs leave out
    r"(?:JUNOS )?([0-9]+)\.([0-9]+)R([0-9]+)(?:\.([0-9]+))?(?:-S([0-9]+)(?:\.([0-9]+))?)?(-EVO)?",
    lambda m: (
        None
        if m[4] and m[5]
        else Parsed(
            "Evolved" if m[7] else "", (int(m[1]), int(m[2]), int(m[3]), number(m[5])), build=optional(m[4] or m[6])
        )
    ),
)
_BRANCH = grammar(
    # 15.1X49-D120.3: only the D number of one X branch counts up
    r"(?:JUNOS )?([0-9]+)\.([0-9]+)X([0-9]+)-D([0-9]+)(?:\.([0-9]+))?",
    lambda m: Parsed(f"{m[1]}.{m[2]}X{m[3]}", (int(m[4]),), build=optional(m[5])),
)


def _junos(text: str) -> Parsed | None:
    return _MAIN(text) or _BRANCH(text)


JUNOS = Scheme("Junos", _junos, lines="belong to different lines (main line, an X branch, Evolved)")
