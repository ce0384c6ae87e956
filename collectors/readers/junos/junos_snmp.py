"""What a Junos configuration says on SNMP; of a community only whether it is a factory one."""

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.sections.management import Snmp
from collectors.readers.cisco.cisco_audit import DEFAULT_COMMUNITIES, PLAIN_VERSION_3
from collectors.readers.junos.junos_config import Configuration
from collectors.told import told

VERSION_3 = ("snmp", "v3")
USERS = (*VERSION_3, "usm", "local-engine", "user")  # those of a remote engine only get traps


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept.

    A community that version 3 maps to a user is one too, whose clients stand elsewhere.
    """
    own, indexes = config.names("snmp", "community"), (*VERSION_3, "snmp-community")
    mapped = [name for one in config.names(*indexes) if (name := config.value(*indexes, one, "community-name"))]
    names, users = (*own, *mapped), config.names(*USERS)

    def versions() -> tuple[str, ...] | Gap:
        if not names and not all(_encrypted(config, user) for user in users):
            return PLAIN_VERSION_3
        return (*(("v1", "v2c") if names else ()), *(("v3",) if users else ()))

    def write_enabled() -> bool:
        by_view = any("write-view" in path for path in config.below(*VERSION_3, "vacm", "access"))
        return by_view or any(config.value("snmp", "community", name, "authorization") == "read-write" for name in own)

    def allowed_networks() -> tuple[str, ...] | None:
        clients = {client for name in own for client in _clients(config, name)}
        return None if mapped or not own else () if "any" in clients else tuple(sorted(clients))

    return told(
        Snmp,
        {
            "versions": versions,
            "default_community": lambda: any(name.casefold() in DEFAULT_COMMUNITIES for name in names),
            "write_enabled": write_enabled,
            "allowed_networks": allowed_networks,
        },
    )


def _encrypted(config: Configuration, user: str) -> bool:
    words = config.names(*USERS, user)
    return any(word.startswith("privacy-") and word != "privacy-none" for word in words)


def _clients(config: Configuration, community: str) -> tuple[str, ...]:
    """Return the networks that may use a community: its own, or those of a list; one marked 'restrict' may not."""
    place = ("snmp", "community", community)
    places: list[tuple[str, ...]] = [(*place, "clients")]
    places += [("snmp", "client-list", name) for name in config.names(*place, "client-list-name")]
    stated = [(where, network) for where in places for network in config.names(*where)]
    allowed = [network for where, network in stated if not config.has(*where, network, "restrict")]
    networks = tuple("any" if network in {"0.0.0.0/0", "::/0", "default"} else network for network in allowed)
    return networks if stated else ("any",)
