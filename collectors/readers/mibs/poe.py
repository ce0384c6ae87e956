"""Power over Ethernet by the POWER-ETHERNET-MIB (RFC 3621)."""

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.network import Poe
from collectors.readers.mibs.snmp_tables import column
from collectors.replies import SnmpReplies, as_number
from collectors.told import NOT_AVAILABLE, told

MAIN_POWER = "1.3.6.1.2.1.105.1.3.1.1.2"  # pethMainPsePower: watts, by group (a unit or module)
MAIN_CONSUMPTION = "1.3.6.1.2.1.105.1.3.1.1.4"  # pethMainPseConsumptionPower: watts

ASKS = (MAIN_POWER, MAIN_CONSUMPTION)

MOST_PERCENT = 130.0  # budgets are exceeded a little for a moment; more is a mistake of units


def read_poe(replies: SnmpReplies) -> Part:
    """Return the used share of the power budget; of several units that of the fullest, as none lends to another."""
    power = replies.column(MAIN_POWER)
    if not any(as_number(value) for value in power.values()):
        return Part(None)
    return told(Poe, {"used_percent": lambda: _used_percent(replies)})


def _used_percent(replies: SnmpReplies) -> float | Gap | None:
    used = column(replies, MAIN_CONSUMPTION)
    shares = []
    for group, value in replies.column(MAIN_POWER).items():
        budget, consumption = as_number(value), as_number(used.get(group))
        if not budget:
            continue
        if consumption is None or consumption in NOT_AVAILABLE or budget in NOT_AVAILABLE:
            return None
        shares.append(round(100 * consumption / budget, 6))
    fullest = max(shares, default=None)
    if fullest is not None and not 0 <= fullest <= MOST_PERCENT:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {fullest} %, which cannot be")
    return fullest
