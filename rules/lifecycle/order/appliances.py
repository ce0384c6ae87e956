"""The orders of cards and boxes: APC management cards, Synology, iLO; and of VMware."""

from rules.lifecycle.order.relation import Order, Parsed, Scheme, grammar, letter, number, of_keys, optional

APC_NMC = Scheme(
    "APC network management cards",
    # three parts = NMC1 and NMC2 (v6.8.2), four = NMC3 (v2.5.0.8): the smaller number is the newer generation
    grammar(
        r"v?([0-9]+)\.([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(?:\.([a-z]))?",
        lambda m: Parsed("NMC3" if m[4] else "NMC", (int(m[1]), int(m[2]), int(m[3]), number(m[4]), letter(m[5]))),
    ),
    lines="belong to different generations of the card",
)


def _dsm(left: Parsed, right: Parsed) -> Order | None:
    """Refuse where version and build contradict each other: DSM counts by build, then by update."""
    by_version, by_build = of_keys(left.key[2:5], right.key[2:5]), of_keys(left.key[:1], right.key[:1])
    if "equal" not in {by_version, by_build} and by_version != by_build:
        return Order("incomparable", "the version numbers and the build numbers say the opposite")
    return None


SYNOLOGY_DSM = Scheme(
    "Synology DSM",
    # DSM 7.2.1-69057 Update 5
    grammar(
        r"(?:DSM )?([0-9]+)\.([0-9]+)(?:\.([0-9]+))?-([0-9]+)(?:(?: Update |-)([0-9]+))?",
        lambda m: Parsed("", (int(m[4]), number(m[5]), int(m[1]), int(m[2]), number(m[3]))),
    ),
    relate=_dsm,
)

ILO = Scheme(
    "iLO",
    grammar(
        r"(?:(?:iLO|Integrated Lights-Out) ?([0-9]) )?v?([0-9]+)\.([0-9]{2})",
        lambda m: Parsed(m[1] or "", (int(m[2]), int(m[3]))),
    ),
    lines="belong to different generations of iLO",
)

_UPDATE = grammar(
    # 7.0 Update 3n | 8.0 U3k | 8.0c
    r"([0-9]+)\.([0-9]+)(?: ?(?:Update |U)([0-9]+))?([a-z]?)",
    lambda m: Parsed("update", (int(m[1]), int(m[2]), number(m[3]), letter(m[4]))),
)
_NINE = grammar(
    r"(9|[1-9][0-9])\.([0-9]+)\.([0-9]+)\.([0-9]+)",  # 9.0.2.0100
    lambda m: Parsed("four parts", (int(m[1]), int(m[2]), int(m[3]), int(m[4]))),
)
_DEVICE = grammar(
    # as a machine tells it: VMware ESXi 7.0.3 build-21930508; the third number is the update, its letter is not told
    r"(?:VMware ESXi )?([0-9]+)\.([0-9]+)\.([0-9]+)(?: build-([0-9]+))?",
    lambda m: Parsed("machine", (int(m[1]), int(m[2]), int(m[3])), build=optional(m[4])),
)


def _vmware(text: str) -> Parsed | None:
    return _UPDATE(text) or _NINE(text) or _DEVICE(text)


def _vmware_relate(left: Parsed, right: Parsed) -> Order | None:
    if left.line == right.line:
        return None
    known = 2 if "four parts" in {left.line, right.line} else 3
    relation = of_keys(left.key[:known], right.key[:known])
    if relation == "equal":
        return Order("incomparable", "they write the same release in different ways, and one does not tell the rest")
    return Order(relation, f"the first {known} numbers decide")


VMWARE = Scheme("VMware", _vmware, relate=_vmware_relate)
