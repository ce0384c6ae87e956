"""The orders of switch makers: AOS-S, AOS-CX, Comware, Dell OS9, Zyxel, RouterOS, EdgeOS."""

from rules.lifecycle.order.relation import Parsed, Scheme, grammar, number, optional

_PLATFORM = "have different platform letters, so that neither can run on the other's switch"

AOS_S = Scheme(
    "AOS-S",
    # YA.16.11.0014 | K.15.18.0013 | PT.02.01
    grammar(
        r"([A-Z]{1,2})\.([0-9]+)\.([0-9]+)(?:\.([0-9]+))?",
        lambda m: Parsed(m[1], (int(m[2]), int(m[3]), number(m[4]))),
    ),
    lines=_PLATFORM,
)

AOS_CX = Scheme(
    "AOS-CX",
    grammar(r"([A-Z]{2})\.([0-9]+)\.([0-9]+)\.([0-9]+)", lambda m: Parsed(m[1], (int(m[2]), int(m[3]), int(m[4])))),
    lines=_PLATFORM,
)

COMWARE = Scheme(
    "Comware",
    # 2416 | 2211P06 | R3208P12 | Release 2416 | 7.1.045, Release 3208P12
    grammar(
        r"(?:(?:Version )?([0-9])\.[0-9]+(?:\.[0-9]+)?,? )?(?:Release |R)?([0-9]{4})(?:P([0-9]{2}))?(?:H([0-9]{1,2}))?",
        lambda m: Parsed(m[1] or "", (int(m[2]), number(m[3]), number(m[4]))),
    ),
    lines="belong to different generations of Comware",
    alike=lambda a, b: not a or not b or a == b,
)

DELL_OS9 = Scheme(
    "Dell OS9",
    grammar(
        r"([0-9]+)\.([0-9]+)\(([0-9]+)\.([0-9]+)(?:P([0-9]+))?\)",
        lambda m: Parsed("", (int(m[1]), int(m[2]), int(m[3]), int(m[4]), number(m[5]))),
    ),
)

ZYXEL = Scheme(
    "Zyxel",
    # V4.90(ACJY.2) | 4.62(AALB.0) | V5.37(ABPS.1)C0 | V4.90(ACJY.2) | 08/28/2025
    grammar(
        r"V?([0-9]+)\.([0-9]+)\(([A-Z]{2,5})\.([0-9]+)\)(?:C0)?(?: ?\| ?[0-9]{2}/[0-9]{2}/[0-9]{4})?",
        lambda m: Parsed(m[3], (int(m[1]), int(m[2]), int(m[4]))),
    ),
    lines="have different model codes",
)

_STAGES = {"alpha": -3, "beta": -2, "rc": -1}
ROUTEROS = Scheme(
    "RouterOS",
    # 7.12.2 (stable): the channel in brackets is not part of the version
    grammar(
        r"(?:RouterOS )?v?([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(?:(alpha|beta|rc)([0-9]+))?(?: \([a-z -]{1,30}\))?",
        lambda m: Parsed(
            "",
            (int(m[1]), int(m[2]), number(m[3]), _STAGES.get(m[4] or "", 0), number(m[5])),
            prerelease=m[4] is not None,
        ),
    ),
)

EDGEOS = Scheme(
    "EdgeOS",
    # v1.8.0.4853089.160219.1607 (build, day, time) | v2.0.9-hotfix.7.5622731.230615.0857
    grammar(
        r"(?:EdgeOS )?v?([0-9]+)\.([0-9]+)\.([0-9]+)(?:-hotfix\.([0-9]+))?(?:\.([0-9]{6,8})(?:\.[0-9]{6}\.[0-9]{4})?)?",
        lambda m: Parsed("", (int(m[1]), int(m[2]), int(m[3]), number(m[4])), build=optional(m[5])),
    ),
)
