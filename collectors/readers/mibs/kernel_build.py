"""The day on which a Linux kernel was built, as appliances built on Linux say it in sysDescr ('uname -a')."""

import re
from datetime import date

from collectors.facts.scalars import Span

_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}  # fmt: skip
_BUILT = re.compile(
    r"#\d[^\n]*? (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) +(\d{1,2}) \d\d:\d\d:\d\d (?:\S{1,6} )?(\d{4})\b",
    re.ASCII,
)


def released(sys_descr: str | None) -> Span | None:
    """Return the span that a kernel's build day begins: the firmware holding it cannot be older; None without one."""
    found = _BUILT.search(sys_descr or "")
    if not found:
        return None
    try:
        return Span.not_before(date(int(found[3]), _MONTHS.get(found[1], 0), int(found[2])))
    except ValueError:
        return None


def kernel(sys_descr: str | None) -> str | None:
    """Return the kernel's version in 'Linux NAME VERSION #...', None where the text is another."""
    found = re.match(r"Linux \S+ (\d\S*) #", sys_descr or "")
    return found[1] if found else None
