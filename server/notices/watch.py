"""What the server notices by itself and tells people: silent agents, paused credentials, unread devices, new ones."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.access.models import Credential, CredentialState
from server.agents.models import Agent, AgentState
from server.alignment.models import VerdictChange
from server.clients.models import Client, ClientState, Device, DeviceState
from server.notices.completeness import TARGET_PERMILLE
from server.notices.episodes import About, follow
from server.notices.models import Completeness
from server.notices.office import office_time
from server.notices.telling import Matter
from server.notices.visits import tell_of_visits
from server.readings.feed import NEW_DEVICE
from server.readings.models import FeedEntry
from server.standards.library import in_force

SILENT: Final = timedelta(hours=2)
EXPIRES_WITHIN: Final = timedelta(days=30)
LOOKED_BACK: Final = timedelta(days=1)
NAMED_COUNT: Final = 5
CRITICAL: Final = "critical"
ACTIVE: Final = ClientState.ACTIVE


def watch(at: datetime) -> int:
    """Tell people of all that began; return how many things did. Running it again tells nothing twice."""
    return sum(follow(kind, look(at), at) for kind, look in EPISODES.items()) + tell_of_visits(at)


def silent_agents(at: datetime) -> dict[str, About]:
    """Return by client the agents that were silent for more than two hours of office time."""
    agents = Agent.objects.filter(state=AgentState.APPROVED, site__client__state=ACTIVE, site__retired_at=None)
    silent: dict[int, list[Agent]] = defaultdict(list)
    for agent in agents.filter(Q(seen_at__lt=at - SILENT) | Q(seen_at=None, decided_at__lt=at - SILENT)).select_related(
        "site__client"
    ):
        zone = _zone(agent.site.time_zone)
        since = agent.seen_at or agent.decided_at or at
        if office_time(since, at, zone) > SILENT:
            silent[agent.site.client_id].append(agent)
    return {found[0].site.client.uid: partial(_silent, found) for found in silent.values()}


def _silent(agents: list[Agent], key: str) -> Matter:
    first, count = agents[0], len(agents)
    title = ngettext("%(n)d agent is silent", "%(n)d agents are silent", count) % {"n": count}
    text = _("%(site)s: nothing was heard for more than 2 hours of office time. Look at %(agent)s.")
    told = {"site": ", ".join(sorted({one.site.name for one in agents})[:NAMED_COUNT]), "agent": first.name}
    return Matter("agent_silent", key, title, text % told, _link("agent", first.uid), first.site.client)


def waiting_agents(at: datetime) -> dict[str, About]:
    """Return the agents that wait for approval, by client and day."""
    return _agents(AgentState.PENDING, "agent_waiting")


def restored_agents(at: datetime) -> dict[str, About]:
    """Return the agents that were restored or cloned, by client and day of enrolment."""
    return _agents(AgentState.RESTORED_OR_CLONED, "agent_restored")


def _agents(state: AgentState, kind: str) -> dict[str, About]:
    found: dict[str, list[Agent]] = defaultdict(list)
    agents = Agent.objects.filter(state=state, site__client__state=ACTIVE).select_related("site__client")
    for agent in agents.order_by("site__client", "name"):
        about = agent.uid if state == AgentState.RESTORED_OR_CLONED else _of_day(agent.site.client, agent.enrolled_at)
        found[about].append(agent)
    return {about: partial(_agent, kind, agents) for about, agents in found.items()}


def _agent(kind: str, agents: list[Agent], key: str) -> Matter:
    first, names = agents[0], _named(one.name for one in agents)
    if kind == "agent_waiting":
        title = _("Waits for approval: %(names)s") % {"names": names}
        text = _("Compare its fingerprint with the one that it shows at the site, then approve it.")
        return Matter(kind, key, title, text, f"{_link('agents')}?show=waiting", first.site.client)
    title = _("Restored or cloned: %(names)s") % {"names": names}
    text = _("Two agents use one key, or an old copy of its disk runs. It gets no work until somebody decides.")
    return Matter(kind, key, title, text, _link("agent", first.uid), first.site.client)


def paused_credentials(at: datetime) -> dict[str, About]:
    """Return the credentials that are paused, with how many devices wait."""
    paused = Credential.objects.filter(state=CredentialState.PAUSED, client__state=ACTIVE).select_related("client")
    in_use = Q(accesses__device__state=DeviceState.IN_USE)
    counted = paused.annotate(waiting=Count("accesses__device", filter=in_use, distinct=True))
    return {f"{one.uid} {one.version}": partial(_paused, one, one.waiting) for one in counted}


def _paused(one: Credential, waiting: int, key: str) -> Matter:
    title = ngettext("%(name)s is paused, %(n)d device waits", "%(name)s is paused, %(n)d devices wait", waiting) % {
        "name": one.name,
        "n": waiting,
    }
    return Matter("credential_paused", key, title, one.paused_why, _link("credential", one.uid), one.client)


def expiring_credentials(at: datetime) -> dict[str, About]:
    """Return the credentials that expire within thirty days, or have."""
    last = (at + EXPIRES_WITHIN).date()
    found = Credential.objects.filter(expires_on__lte=last, client__state=ACTIVE).exclude(
        state=CredentialState.WITHDRAWN
    )
    return {f"{one.uid} {one.expires_on}": partial(_expires, one) for one in found.select_related("client", "owner")}


def _expires(one: Credential, key: str) -> Matter:
    title = _("%(name)s expires on %(day)s") % {"name": one.name, "day": one.expires_on}
    owner = _("Its owner is %(name)s.") % {"name": one.owner} if one.owner else _("Nobody owns it.")
    return Matter("credential_expires", key, title, owner, _link("credential", one.uid), one.client)


def changed_identities(at: datetime) -> dict[str, About]:
    """Return the devices at whose address another one answers, by client and day."""
    found: dict[str, list[Device]] = defaultdict(list)
    devices = Device.objects.filter(quarantined_at__isnull=False, state=DeviceState.IN_USE, client__state=ACTIVE)
    for device in devices.select_related("client").order_by("client", "name"):
        found[_of_day(device.client, device.quarantined_at or at)].append(device)
    return {about: partial(_changed, devices) for about, devices in found.items()}


def _changed(devices: list[Device], key: str) -> Matter:
    title = _("Another device answers: %(names)s") % {"names": _named(one.name for one in devices)}
    text = _("What it tells changes no fact until somebody says which device it is.")
    link = _link("device", devices[0].uid)
    return Matter("identity_changed", key, title, text, link, devices[0].client)


def unread_clients(at: datetime) -> dict[str, About]:
    """Return the clients of whose devices too few were read within seven days."""
    short = Completeness.objects.filter(permille__lt=TARGET_PERMILLE, client__state=ACTIVE).select_related("client")
    settled = short.filter(client__made_at__lt=at - timedelta(days=7))
    return {one.client.uid: partial(_unread, one) for one in settled}


def _unread(one: Completeness, key: str) -> Matter:
    left = one.devices_count - one.read_count
    title = ngettext(
        "%(n)d of %(all)d devices was not read for 7 days", "%(n)d of %(all)d devices were not read for 7 days", left
    ) % {"n": left, "all": one.devices_count}
    text = _("Scan health says why, and who must act.")
    return Matter("devices_unread", key, title, text, _link("client_devices", one.client.uid), one.client)


def new_devices(at: datetime) -> dict[str, About]:
    """Return the devices that appeared within a day, by client and hour, once the hour is over."""
    this_hour = at.replace(minute=0, second=0, microsecond=0)
    entries = FeedEntry.objects.filter(kind=NEW_DEVICE, at__gte=at - LOOKED_BACK, at__lt=this_hour)
    found: dict[str, list[FeedEntry]] = defaultdict(list)
    for entry in entries.filter(client__state=ACTIVE).select_related("client").order_by("text"):
        found[f"{entry.client.uid} {entry.at:%Y%m%dT%H}"].append(entry)
    return {about: partial(_new, entries) for about, entries in found.items()}


def _new(entries: list[FeedEntry], key: str) -> Matter:
    client, names = entries[0].client, _named(one.text for one in entries)
    title = ngettext("%(n)d new device: %(names)s", "%(n)d new devices: %(names)s", len(entries))
    text = _("Firmware and administrators that are new stand beside it.")
    link = _link("client_changes", client.uid)
    return Matter("new_device", key, title % {"n": len(entries), "names": names}, text, link, client)


def verdicts_to_no(at: datetime) -> dict[str, About]:
    """Return the critical standards that became No within a day, by each rolling up of a client."""
    by_id = in_force().library.by_id
    changes = VerdictChange.objects.filter(device=None, after="no", at__gte=at - LOOKED_BACK, client__state=ACTIVE)
    found: dict[str, list[VerdictChange]] = defaultdict(list)
    for change in changes.select_related("client").order_by("standard"):
        if change.standard in by_id and by_id[change.standard].priority == CRITICAL:
            found[f"{change.client.uid} {change.at:%Y%m%dT%H%M%S%f}"].append(change)
    return {about: partial(_to_no, changes) for about, changes in found.items()}


def _to_no(changes: list[VerdictChange], key: str) -> Matter:
    client, by_id, count = changes[0].client, in_force().library.by_id, len(changes)
    title = ngettext("%(n)d critical standard became No", "%(n)d critical standards became No", count) % {"n": count}
    text = _named(by_id[one.standard].question_for({}) for one in changes if one.standard in by_id)
    return Matter("verdict_to_no", key, title, text, f"{_link('client_standards', client.uid)}?show=no", client)


def _of_day(client: Client, at: datetime) -> str:
    return f"{client.uid} {at:%Y-%m-%d}"


def _named(names: Iterable[str]) -> str:
    told = list(names)
    more = len(told) - NAMED_COUNT
    first = ", ".join(told[:NAMED_COUNT])
    return _("%(names)s and %(n)d more") % {"names": first, "n": more} if more > 0 else first


def _link(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


EPISODES: Final[dict[str, Callable[[datetime], dict[str, About]]]] = {
    "agent_silent": silent_agents,
    "agent_waiting": waiting_agents,
    "agent_restored": restored_agents,
    "credential_paused": paused_credentials,
    "credential_expires": expiring_credentials,
    "identity_changed": changed_identities,
    "devices_unread": unread_clients,
    "new_device": new_devices,
    "verdict_to_no": verdicts_to_no,
}
"""What goes on, by the kind of notice that its beginning is."""
