"""SNMP in Cisco-like configurations of smaller switches; of a community only whether it is a factory one."""

from dataclasses import dataclass

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.management import Snmp
from collectors.readers.cisco.cisco_audit import DEFAULT_COMMUNITIES, PLAIN_VERSION_3, PLATFORM_DEFAULT
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.small_switches.small_switch_accounts import words_of
from collectors.told import told

_READS, _WRITES = {"ro", "read-only"}, {"rw", "su", "read-write"}
_HIDDEN = {"1", "2", "7"}  # behind these stands what the switch made of the name
_ABOUT_ONE = {"ipaddr", "ipmask", "mode", "group"}  # FASTPATH: further settings of a community
_VERSIONS = {"1": "v1", "v1": "v1", "2c": "v2c", "v2c": "v2c"}
NAME_HIDDEN = Gap(reason=GapReason.NOT_TOLD, text="is not told: the configuration hides the name of a community")


@dataclass(frozen=True)
class _Community:
    name: str | None
    writes: bool


def _communities(config: Configuration) -> list[_Community]:
    found = []
    for words in map(words_of, config.all("snmp-server community ")):
        rights = [word.casefold() for word in words]
        if words[0] in _ABOUT_ONE:
            continue
        if words[0] in _HIDDEN | {"0"} and len(words) > 1 and rights[1] not in _READS | _WRITES:
            name = words[1] if words[0] == "0" else None
        elif rights[0] in _READS | _WRITES and len(words) > 1:
            name = words[1]
        else:
            name = words[0]
        hidden = name is None or not name.strip(".*")
        found.append(_Community(None if hidden else name, writes=bool(_WRITES & set(rights) - {name})))
    grouped = (words_of(words) for words in config.all("snmp-server community-group "))
    return found + [_Community(words[0], writes=False) for words in grouped]  # its group says whether it writes


def read_snmp(config: Configuration, factory: tuple[str, ...] = ()) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists.

    `factory` are the communities that the platform has without a line, until 'no snmp-server community' takes them.
    """
    if config.has("no snmp-server"):  # the agent is off, whatever else is stated
        return Part(Snmp(versions=(), default_community=False, write_enabled=False))
    removed = {words_of(words)[0] for words in config.all("no snmp-server community ")}
    left = [name for name in factory if name not in removed]
    communities = _communities(config)
    users = [words_of(words) for words in config.all("snmp-server user ")]
    groups = [words_of(words) for words in config.all("snmp-server group ")]

    def versions() -> tuple[str, ...] | Gap:
        found = {"v1", "v2c"} if communities else set()
        found |= {_VERSIONS.get(words[2] if len(words) > 2 else "", "v3") for words in users}
        if left and not communities:
            return PLATFORM_DEFAULT
        plain = any(not any(word.startswith("priv") for word in words[2:]) for words in users)
        return PLAIN_VERSION_3 if found == {"v3"} and plain else tuple(sorted(found))

    def default_community() -> bool | Gap:
        if any(one.name and one.name.casefold() in DEFAULT_COMMUNITIES for one in communities):
            return True
        if any(one.name is None for one in communities):
            return NAME_HIDDEN
        return PLATFORM_DEFAULT if left else False

    def write_enabled() -> bool | Gap:
        if any(one.writes for one in communities) or any("write" in words for words in groups):
            return True
        unknown = {words[1] for words in users if len(words) > 1} - {words[0] for words in groups}
        return PLATFORM_DEFAULT if unknown or "private" in left else False

    return told(Snmp, {"versions": versions, "default_community": default_community, "write_enabled": write_enabled})
