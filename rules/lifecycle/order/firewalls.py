"""The orders of firewall makers: Fortinet, Palo Alto, SonicWall, Sophos, WatchGuard, Check Point, pfSense, OPNsense."""

from rules.lifecycle.order.relation import Order, Parsed, Scheme, grammar, letter, number, of_keys, optional

FORTIOS = Scheme(
    "FortiOS",
    # 7.2.10 | v7.2.10,build1706,240918 (GA.M) | FortiGate-60F v7.2.10,build1706,240918 (GA.M)
    grammar(
        r"(?:FortiOS |[A-Za-z]+-[A-Za-z0-9-]+ )?v?([0-9]+)\.([0-9]+)\.([0-9]+)"
        r"(?:[, ] ?b(?:uild)?([0-9]+)(?:,[0-9]{6,8})?)?(?: \([A-Za-z0-9. ]+\))?",
        lambda m: Parsed("", (int(m[1]), int(m[2]), int(m[3])), build=optional(m[4])),
    ),
)

PANOS = Scheme(
    "PAN-OS",
    grammar(
        r"([0-9]+)\.([0-9]+)\.([0-9]+)(?:-h([0-9]+))?",
        lambda m: Parsed("", (int(m[1]), int(m[2]), int(m[3]), number(m[4]))),
    ),
)

SONICOS = Scheme(
    "SonicOS",
    # SonicOS 7.0.1-R1456 | 7.0.1-5145 | SonicOS Enhanced 5.9.1.6-5o
    grammar(
        r"(?:SonicOSX? (?:Enhanced |Standard )?)?([0-9]+)\.([0-9]+)\.([0-9]+)(?:\.([0-9]+))?-R?([0-9]+)[a-z]?",
        lambda m: Parsed("", (int(m[1]), int(m[2]), int(m[3]), number(m[4]), int(m[5]))),
    ),
)

_SFOS_STAGES = {"EAP": -1, "GA": 0, "MR": 1}
SFOS = Scheme(
    "SFOS",
    # build numbers fall across versions (18.0.1 Build396, 18.5.1 Build326), so that the version goes first
    grammar(
        r"(?:SFOS )?([0-9]+)\.([0-9]+)\.([0-9]+) (EAP|GA|MR)-?([0-9]*)(?:-Build([0-9]+))?",
        lambda m: Parsed(
            "",
            (int(m[1]), int(m[2]), int(m[3]), _SFOS_STAGES[m[4]], number(m[5])),
            build=optional(m[6]),
            prerelease=m[4] == "EAP",
        ),
    ),
)


def _fireware(left: Parsed, right: Parsed) -> Order | None:
    """Answer by the build, as WatchGuard does, unless the version contradicts it; without builds by the version."""
    by_version = of_keys(left.key, right.key)
    special = left.line != right.line or left.line == "CSP"
    if left.build is None or right.build is None:
        if special and left != right:
            return Order("incomparable", "a special release (CSP) is placed by its build number, which one side lacks")
        return None
    by_build = of_keys((left.build,), (right.build,))
    if by_version not in {"equal", by_build}:
        return Order(
            "incomparable", f"the version numbers and the builds {left.build} and {right.build} say the opposite"
        )
    return Order(by_build, f"build {left.build} is {by_build} in comparison with build {right.build}")


FIREWARE = Scheme(
    "Fireware",
    # 12.10 | 12.9.4 | 12.5.9 Update 2 | 12.0.1CSP(B546744) | 12.10.2.B689873
    grammar(
        r"(?:Fireware )?v?([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?: (?:U|Update )([0-9]+))?(?: ?(CSP))?"
        r"(?: ?\(B([0-9]+)\)|\.B([0-9]+))?",
        lambda m: Parsed(
            m[6] or "", (int(m[1]), int(m[2]), number(m[3]), number(m[4]), number(m[5])), build=optional(m[7] or m[8])
        ),
    ),
    relate=_fireware,
)

CHECKPOINT = Scheme(
    "Check Point",
    # R81.20, R81.20 Take 41; three parts (R81.10.08) are the small appliances' own line
    grammar(
        r"R([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?: (?:Jumbo Hotfix |JHF )?Take ([0-9]+))?",
        lambda m: Parsed("small" if m[3] else "", (int(m[1]), number(m[2]), number(m[3])), build=optional(m[4])),
    ),
    lines="belong to different product lines (Spark and the large gateways)",
)

_PFSENSE_PLUS_FROM = 20  # Plus counts by year (21.02, 23.09.1, 24.03), CE from 1 and 2
_PFSENSE_STAGES = {"ALPHA": -3, "BETA": -2, "RC": -1}
PFSENSE = Scheme(
    "pfSense",
    grammar(
        r"(?:pfSense )?([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(?:-(RELEASE|RC|BETA|ALPHA))?(?:-p([0-9]+))?",
        lambda m: Parsed(
            "Plus" if int(m[1]) >= _PFSENSE_PLUS_FROM else "CE",
            (int(m[1]), int(m[2]), number(m[3]), _PFSENSE_STAGES.get(m[4] or "", 0), number(m[5])),
            prerelease=(m[4] or "") in _PFSENSE_STAGES,
        ),
    ),
    lines="belong to different editions (CE and Plus)",
)

OPNSENSE = Scheme(
    "OPNsense",
    # 24.7 | 24.7.12 | 24.7.12_4 | 15.1.6.1 | 25.1r1-style candidates are written 25.1.r1
    grammar(
        r"(?:OPNsense )?([0-9]{2})\.([0-9]{1,2})(?:\.([0-9]+))?(?:\.([0-9]+))?(?:_([0-9]+))?([a-z]?)",
        lambda m: Parsed("", (int(m[1]), int(m[2]), number(m[3]), number(m[4]), number(m[5]), letter(m[6]))),
    ),
)
