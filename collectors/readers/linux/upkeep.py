"""How a Linux machine is kept: updates, restarts, services, its clock, its logs."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from collectors.driver import Part
from collectors.errors import CollectError, NoReply, UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.patches import Patch
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.facts.sections.windows import Service
from collectors.readers.linux import questions as ask
from collectors.readers.linux.lines import lines_of
from collectors.readers.linux.machine import kernel_of, variables_of
from collectors.replies import TextReplies
from collectors.told import told

LISTS_FRESH_FOR = timedelta(days=7)
"""Older lists of packages say nothing on what is pending: an answer from them would look like 'nothing to do'."""
UNSURE = {GapReason.UNREACHABLE, GapReason.ACCESS_DENIED}
"""A program that is not there, or whose server does not run, is no such reason."""
STATES = {"running": "running", "dead": "stopped", "failed": "failed"}
STARTS = {"enabled": "automatic", "enabled-runtime": "automatic", "static": "manual", "indirect": "manual",
          "disabled": "manual", "generated": "automatic", "alias": "automatic", "masked": "disabled",
          "masked-runtime": "disabled"}  # fmt: skip
_CHRONY_WORDS = re.compile(r"^(Reference ID|\d{3} |Could not )", re.MULTILINE)  # also what it says without a server
_REFERENCE = re.compile(r"[0-9A-F]{8}(?![0-9A-F])")
LOCAL_REFERENCE = "7F7F01"  # chronyc(1): 127.127.1.x, the machine's own clock, which is always "synchronised"
_APT_LINE = re.compile(r"^Inst \S+ (?:\[[^\]\n]+\] )?\((?P<origins>[^)\n]*)\)", re.MULTILINE)
_DNF_LINE = re.compile(r"^\S+ +\S*/?Sec\. +(?P<package>\S+)$", re.MULTILINE)
_KERNEL = re.compile(r"vmlinu[xz]-(?P<release>\d+\.\d+\.\S+)")
_OLD_TARGET = re.compile(r"[^#]*?\s-?@@?(?:\([^)]*\))?\[?(?P<name>[\w.:-]+?)\]?(?::\d+)?(?:;.*)?\s*")
_ACTION = re.compile(r"action\((?P<inside>[^)]*)\)")
_NEW_TARGET = re.compile(r"\btarget\s*=\s*[\"'](?P<name>[^\"']+)[\"']", re.IGNORECASE)
_RSYSLOG_LIMIT_CHARACTERS = 256 * 1024
_FIELD = re.compile(r"(?P<name>[A-Z][\w ()-]*?) *: (?P<value>.*)")


def read_patch(replies: TextReplies) -> Part:
    """Return security updates that wait, the last change of packages, automatic updates, and a restart that waits."""
    return told(
        Patch,
        {
            "security_pending_count": lambda: _pending(replies),
            "last_success_at": lambda: _latest(replies, ask.APT_CHANGED_AT, ask.DNF_CHANGED_AT),
            "automatic": lambda: _automatic(replies),
            "reboot_pending": lambda: _restart(replies),
        },
    )


def _uses_apt(replies: TextReplies) -> bool:
    """Return whether the machine has apt, whose questions then may still have failed."""
    return _may_be_there(replies, ask.APT_PENDING)


def _may_be_there(replies: TextReplies, question: str) -> bool:
    """Return whether a program answered, or may be there and only did not answer this time."""
    reply = replies.replies.get(question)
    return isinstance(reply, str) or (isinstance(reply, Gap) and reply.reason in UNSURE)


def _pending(replies: TextReplies) -> int | Gap:
    """Return how many packages have a security update waiting, by the lists that the machine has fetched."""
    lists_at = _latest(replies, ask.APT_LISTS_AT, ask.DNF_LISTS_AT)
    if lists_at is None or replies.observed_at - lists_at > LISTS_FRESH_FOR:
        since = "never" if lists_at is None else f"last on {lists_at:%Y-%m-%d}"
        return Gap(reason=GapReason.NOT_TOLD, text=f"is not known: the lists of packages were fetched {since}")
    if _uses_apt(replies):
        origins = (found["origins"] for found in _APT_LINE.finditer(replies[ask.APT_PENDING]))
        return sum("security" in origin.casefold() for origin in origins)
    return len({found["package"] for found in _DNF_LINE.finditer(replies[ask.DNF_PENDING])})


def _latest(replies: TextReplies, *questions: str) -> datetime | None:
    """Return the newest of the moments (seconds since 1970) in the first reply that is there; None when it is empty."""
    gap = NOT_TOLD
    for question in questions:
        try:
            text = replies[question]
        except CollectError as error:
            gap = error.gap if error.gap.reason is not GapReason.UNSUPPORTED else gap
            continue
        moments = [float(word) for word in re.findall(r"^\d{1,11}(?:\.\d+)?$", text, re.MULTILINE)]
        if moments:
            return datetime.fromtimestamp(max(moments), UTC).replace(microsecond=0)
        gap = NOT_TOLD if text.strip() else gap
    if gap is NOT_TOLD:
        return None
    raise NoReply(gap)


def _automatic(replies: TextReplies) -> bool | None:
    """Return whether updates are installed by themselves: the timer is on, and told to install."""
    timers = {words[0]: words[1] for line in replies[ask.TIMERS].splitlines() if len(words := line.split()) > 1}
    if _uses_apt(replies):
        told_to = re.search(r'Unattended-Upgrade "(\d+)"', replies[ask.APT_AUTOMATIC])
        return timers.get("apt-daily-upgrade.timer") == "enabled" and bool(told_to and told_to[1].strip("0"))
    if timers.get("dnf-automatic-install.timer") == "enabled":
        return True
    if timers.get("dnf-automatic.timer") != "enabled":
        return False
    return re.search(r"=\s*(yes|true|1)\b", replies[ask.DNF_AUTOMATIC], re.IGNORECASE) is not None


def _restart(replies: TextReplies) -> bool | Gap | None:
    """Return whether a restart waits: the system says so, or a newer kernel of this kind is installed than runs."""
    said = replies.replies.get(ask.RESTART)
    if isinstance(said, str) and "Reboot is required" in said:
        return True
    if replies.replies.get(ask.RESTART_FILE) == "yes":
        return True
    if isinstance(said, str) and "Reboot should not be necessary" in said:
        return False
    running = kernel_of(replies)
    installed = [found["release"] for found in _KERNEL.finditer(replies[ask.KERNELS])]
    if running is None or running not in installed:
        return Gap(reason=GapReason.NOT_TOLD, text="is not known: the running kernel is not among those installed")
    alike = [release for release in installed if _flavour(release) == _flavour(running)]
    if any(_order(release) > _order(running) for release in alike):
        return True
    if replies[ask.RESTART_FILE].strip() != "no":  # raises where it was not read: then 'no restart' is not certain
        raise UnexpectedReply("is not known: whether the file that asks for a restart is there was not told")
    return False


def _order(release: str) -> tuple[int, ...]:
    """Return a kernel's numbers for comparing; those of the distribution ('.el9_4') are no part of its order."""
    kernel = re.split(r"\.(?:el|fc|amzn)\d", release)[0]
    return tuple(int(number[:9]) for number in re.findall(r"\d+", kernel)[:8])


def _flavour(release: str) -> str:
    return re.sub(r"[\d._-]+", "-", release)


def read_services(replies: TextReplies) -> Part:
    """Return systemd's services by name, with their state and whether they start by themselves."""
    starts: dict[str, str | None]
    try:
        rows = [line.split() for line in lines_of(replies[ask.STARTS])]
        starts = {words[0]: STARTS.get(words[1]) for words in rows if len(words) > 1}
    except CollectError:
        starts = {}  # the state alone is worth having
    services = []
    for line in lines_of(replies[ask.SERVICES]):
        words = line.lstrip("● *").split()
        if len(words) < 4 or not words[0].endswith(".service") or words[1] == "not-found":
            continue
        services.append(
            Service.model_validate(
                {
                    "name": words[0].removesuffix(".service"),
                    "state": "failed" if words[2] == "failed" else STATES.get(words[3], "other"),
                    "start": starts.get(words[0]),
                }
            )
        )
    if not services:
        raise UnexpectedReply("are not told by systemd")
    return Part(tuple(services))


def read_time(replies: TextReplies) -> Part:
    """Return where the clock takes its time from: chrony, ntpd or systemd's own client, whichever runs."""
    for question in (ask.CHRONY, ask.NTPD):
        if _may_be_there(replies, question):
            replies[question]  # raises for one that only did not answer in time: another one's word would be wrong
    tracking, peers = _text(replies, ask.CHRONY), _text(replies, ask.NTPD)
    if tracking.strip() and not _CHRONY_WORDS.search(tracking):
        raise UnexpectedReply("is told by chronyc in words that are not its own")
    if "Reference ID" in tracking:
        return _by_chrony(replies, _fields(tracking))
    clock = variables_of(replies[ask.CLOCK])
    rows = [line for line in peers.splitlines() if re.match(r"[*+#o x.-]?\S+ +\S+ +\d+ ", line)]
    own = [line for line in rows if re.match(r".(127\.127\.|LOCAL\()", line)]  # ntpd's name of the machine's own clock
    if rows:
        servers = tuple(line[1:].split()[0] for line in rows if line not in own)
        return told(
            Time,
            {
                "kind": lambda: "ntp" if servers else "local-clock",
                "zone": lambda: clock.get("Timezone"),
                "servers": lambda: servers,
                "synchronised": lambda: any(line.startswith(("*", "o")) for line in rows if line not in own),
            },
        )
    follows = clock.get("NTP") == "yes"
    return told(
        Time,
        {
            "kind": lambda: "ntp" if follows else "local-clock",
            "zone": lambda: clock.get("Timezone"),
            "servers": lambda: _timesyncd_servers(replies) if follows else (),
            "synchronised": lambda: {"yes": True, "no": False}.get(clock.get("NTPSynchronized", "")),
        },
    )


def _fields(text: str) -> dict[str, str]:
    found = (_FIELD.match(line) for line in lines_of(text))
    return {match["name"]: match["value"].strip() for match in found if match}


def _text(replies: TextReplies, question: str) -> str:
    reply = replies.replies.get(question)
    return reply if isinstance(reply, str) else ""


def _by_chrony(replies: TextReplies, fields: dict[str, str]) -> Part:
    named = [line.split()[1] for line in _text(replies, ask.CHRONY_SERVERS).splitlines() if len(line.split()) > 1]
    reference = fields.get("Reference ID", "")
    own = reference.startswith(LOCAL_REFERENCE)
    off = re.match(r"(\d{1,9}\.\d{1,12}) seconds (fast|slow)", fields.get("System time", ""))
    leap, stratum = fields.get("Leap status"), fields.get("Stratum", "")
    return told(
        Time,
        {
            "kind": lambda: "local-clock" if own else "ntp" if named else None,
            "zone": lambda: variables_of(replies[ask.CLOCK]).get("Timezone"),
            "servers": lambda: tuple(dict.fromkeys(named)) or None,
            "synchronised": lambda: (
                leap != "Not synchronised" and not own if leap and _REFERENCE.match(reference) else None
            ),
            "stratum": lambda: int(stratum) if re.fullmatch(r"[1-9]|1[0-5]", stratum) else None,
            "offset_s": lambda: (float(off[1]) if off[2] == "fast" else -float(off[1])) if off else None,
        },
    )


def _timesyncd_servers(replies: TextReplies) -> tuple[str, ...] | None:
    """Return the servers that systemd's client is told to use; its built-in ones only where none are set."""
    told_by = variables_of(replies[ask.TIMESYNCD])
    for name in ("SystemNTPServers", "LinkNTPServers", "FallbackNTPServers"):
        if told_by.get(name, "").strip():
            return tuple(told_by[name].split())
    return None


def read_logging(replies: TextReplies) -> Part:
    """Return whether log lines outlive a restart, and to which hosts rsyslog sends them."""
    return told(
        Logging,
        {
            "persistent": lambda: _persistent(variables_of(replies[ask.JOURNAL])),
            "remote_hosts": lambda: _remote_hosts(replies),
        },
    )


def _remote_hosts(replies: TextReplies) -> tuple[str, ...] | Gap:
    """Return the hosts that rsyslog sends to; where another program could send them, 'none' is not certain."""
    senders = set(replies[ask.LOG_SENDERS].split())
    hosts = tuple(dict.fromkeys(_targets(replies[ask.RSYSLOG]))) if ask.RSYSLOG_FILE in senders else ()
    others = sorted(senders - {ask.RSYSLOG_FILE})
    if hosts or not others:
        return hosts
    return Gap(reason=GapReason.NOT_TOLD, text=f"is not known: {', '.join(others)} may send them too")


def _persistent(journal: dict[str, str]) -> bool | None:
    """Return by journald.conf(5): 'auto', the default, keeps the journal when its folder is there."""
    storage = journal.get("Storage", "auto").casefold()
    if storage == "auto":
        return {"yes": True, "no": False}.get(journal.get("kept", ""))
    return {"persistent": True, "volatile": False, "none": False}.get(storage)


def _targets(text: str) -> Iterable[str]:
    """Give the hosts of both forms of rsyslog.conf(5): '*.* @@host:port' and action(type="omfwd" target="host")."""
    lines = [line for line in lines_of(text[:_RSYSLOG_LIMIT_CHARACTERS]) if not line.lstrip().startswith("#")]
    for line in lines:
        found = _OLD_TARGET.fullmatch(line)
        if found:
            yield found["name"]
    for action in _ACTION.finditer(" ".join(lines)):
        target = _NEW_TARGET.search(action["inside"])
        if target and "omfwd" in action["inside"]:
            yield target["name"]
