"""What a configuration of HPE Comware or Huawei VRP says on SNMP; of a community only whether it is a factory one.

Sources: HPE FlexFabric 5930 and MSR network management command references (communities by view or by role, users of
version 1 and 2c that are communities), Huawei S series command reference.
"""

from dataclasses import dataclass

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.facts.sections.management import Snmp
from collectors.readers.cisco.cisco_audit import DEFAULT_COMMUNITIES, PLAIN_VERSION_3, PLATFORM_DEFAULT
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs.cli_words import limited_to
from collectors.told import told

_FORMS = {"simple", "cipher"}
_OLDER = {"v1", "v2c"}
_WRITING_ROLES = {"network-admin", "mdc-admin", "level-15"}


@dataclass(frozen=True)
class _Community:
    """A community: its name, None where it is enciphered."""

    name: str | None
    writes: bool
    access_list: str | None


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept.

    A community that is stored enciphered is not told: whether it is a factory one stays open.
    """
    lines = [words.split() for words in config.all("snmp-agent community ")]
    users = [words.split() for words in config.all("snmp-agent usm-user ")]
    groups = [words.split() for words in config.all("snmp-agent group ")]
    communities = [made for words in (*lines, *map(_as_community, users)) if (made := _community(words)) is not None]
    factory = any(one.name is not None and one.name.casefold() in DEFAULT_COMMUNITIES for one in communities)
    hidden = any(one.name is None for one in communities)
    return told(
        Snmp,
        {
            "versions": lambda: _versions(config, groups, users),
            "default_community": lambda: True if factory else None if hidden else False,
            "write_enabled": lambda: (
                any(one.writes for one in communities)
                or any("write-view" in words for words in groups)
                or any(_role(words) in _WRITING_ROLES for words in users)
            ),
            "allowed_networks": lambda: limited_to(one.access_list for one in communities) if communities else None,
        },
    )


def _as_community(user: list[str]) -> list[str]:
    """Return the words of a community for a user of version 1 or 2c, whose name is one; none for others."""
    return ["read", *user[1:]] if user[0] in _OLDER else []


def _community(words: list[str]) -> _Community | None:
    """Return the community of 'read simple NAME', 'write NAME', or 'simple NAME user-role ROLE'; None for no such."""
    access = words[0] if words and words[0] in {"read", "write"} else None
    role = _role(words)
    if access is None and role is None:
        return None
    rest = words[1:] if access else words
    form, named = (rest[0], rest[1:]) if rest[:1] and rest[0] in _FORMS else ("", rest)
    if not named:
        return None
    hidden = form == "cipher" or named[0].startswith(("%", "$"))
    writes = access == "write" or role in _WRITING_ROLES
    return _Community(None if hidden else named[0].strip('"'), writes, _after("acl", words))


def _role(words: list[str]) -> str | None:
    return _after("user-role", words)


def _after(keyword: str, words: list[str]) -> str | None:
    return words[words.index(keyword) + 1] if keyword in words[:-1] else None


def _versions(config: Configuration, groups: list[list[str]], users: list[list[str]]) -> tuple[str, ...] | Gap:
    told_versions = {word for words in config.all("snmp-agent sys-info version ") for word in words.split()}
    if unknown := told_versions - {"all", "v1", "v2c", "v3", "disable"}:
        raise UnexpectedReply(f"is told with the version {min(unknown)[:40]!r}, which is none")
    if "disable" in told_versions:
        return PLATFORM_DEFAULT
    if not any(line.text.startswith("snmp-agent") for line in config.lines):
        return ()
    if "all" in told_versions:
        return ("v1", "v2c", "v3")
    plain = any(words[0] == "v3" and "privacy" not in words for words in groups)
    plain = plain or any(words[0] == "v3" and _role(words) and "privacy-mode" not in words for words in users)
    if told_versions == {"v3"} and plain:
        return PLAIN_VERSION_3
    return tuple(version for version in ("v1", "v2c", "v3") if version in told_versions) or PLATFORM_DEFAULT
