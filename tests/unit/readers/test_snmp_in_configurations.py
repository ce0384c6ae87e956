"""SNMP as switch configurations state it: who else may write, who need not encrypt, and communities by other names."""

import pytest

from collectors import driver_index
from collectors.facts.facts import Facts
from collectors.facts.sections.management import Snmp
from collectors.replies import TextReplies
from tests.unit.readers.replies import NOON

HEADS = {
    "cisco_ios": ("show running-config", "version 15.2\nhostname sw\n", "line con 0\nline vty 0 4\nend\n"),
    "cisco_nxos": ("show running-config", "!Command: show running-config\nversion 9.3(8)\n", "interface mgmt0\n"),
    "cisco_s300": ("show running-config", "config-file-header\nhostname sw\n", "exit\n"),
    "hp_procurve": (
        "show running-config", '; JL261A Configuration Editor; Created on release #WC.16.11.0012\nhostname "sw"\n', "",
    ),
    "aruba_aoscx": ("show running-config", "!Version ArubaOS-CX FL.10.10.1040\n", "interface mgmt\n"),
    "hp_comware": ("display current-configuration", "#\n version 7.1.070, Release 3506P02\n#\n", "#\nreturn\n"),
    "huawei_vrp": ("display current-configuration", "#\nsysname sw\n#\n", "#\nreturn\n"),
}  # fmt: skip


def read(platform: str, *lines: str) -> Facts:
    command, head, tail = HEADS[platform]
    text = head + "".join(f"{line}\n" for line in lines) + tail
    facts: Facts = driver_index.driver(platform).read(TextReplies(NOON, {command: text}))  # type: ignore[arg-type]
    return facts


def snmp(platform: str, *lines: str) -> Snmp:
    return read(platform, *lines).snmp or Snmp()


ONLY_3 = {
    "cisco_nxos": ("snmp-server globalEnforcePriv",),
    "hp_procurve": ("snmpv3 enable", "snmpv3 only"),
    "aruba_aoscx": ("snmp-server vrf default", "snmp-server snmpv3-only"),
    "hp_comware": (" snmp-agent", " snmp-agent sys-info version v3"),
    "huawei_vrp": ("snmp-agent", "snmp-agent sys-info version v3"),
}
ENCRYPTED = {
    "cisco_nxos": "snmp-server user watch network-operator auth sha 0x0 priv 0x0 localizedkey",
    "hp_procurve": 'snmpv3 group managerpriv user "watch" sec-model ver3',
    "aruba_aoscx": "snmpv3 user watch auth sha auth-pass ciphertext AA priv aes priv-pass ciphertext AA",
    "hp_comware": " snmp-agent group v3 watchers privacy read-view all",
    "huawei_vrp": "snmp-agent group v3 watchers privacy read-view all",
}


@pytest.mark.parametrize("platform", ONLY_3)
def test_version_3_alone_and_encrypted_is_told_as_such(platform: str) -> None:
    assert snmp(platform, *ONLY_3[platform], ENCRYPTED[platform]).versions == ("v3",)


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("hp_procurve", 'snmpv3 group operatornoauth user "watch" sec-model ver3'),
        ("hp_procurve", 'snmpv3 group ManagerAuth user "watch" sec-model ver3'),
        ("aruba_aoscx", "snmpv3 security-level auth"),
        ("aruba_aoscx", "no snmpv3 security-level auth-privacy"),
        ("hp_comware", " snmp-agent group v3 others authentication"),
        ("hp_comware", " snmp-agent usm-user v3 watch user-role network-operator"),
        ("huawei_vrp", "snmp-agent group v3 others"),
    ],
)
def test_version_3_of_which_a_part_need_not_be_encrypted_is_a_gap(platform: str, line: str) -> None:
    facts = read(platform, *ONLY_3[platform], ENCRYPTED[platform], line)
    assert (getattr(facts.snmp, "versions", None), "snmp.versions" in facts.gaps) == (None, True)


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("cisco_nxos", "snmp-server user admin network-admin auth sha 0x0 priv 0x0 localizedkey"),
        ("hp_procurve", 'snmpv3 group managerpriv user "watch" sec-model ver3'),
        (
            "aruba_aoscx",
            "snmpv3 user w auth sha auth-pass ciphertext AA priv aes priv-pass ciphertext AA access-level rw",
        ),
        ("hp_comware", " snmp-agent group v3 chiefs privacy write-view all"),
        ("hp_comware", " snmp-agent usm-user v3 chief user-role network-admin simple authentication-mode sha AA"),
        ("hp_comware", " snmp-agent community simple ours user-role level-15"),
        ("huawei_vrp", "snmp-agent group v3 chiefs privacy read-view all write-view all"),
    ],
)
def test_whoever_may_write_without_a_community_for_it_is_seen(platform: str, line: str) -> None:
    assert snmp(platform, *ONLY_3[platform], line).write_enabled is True


@pytest.mark.parametrize("platform", ["cisco_nxos", "aruba_aoscx", "hp_comware", "huawei_vrp"])
def test_a_user_who_only_reads_is_no_write_access(platform: str) -> None:
    assert snmp(platform, *ONLY_3[platform], ENCRYPTED[platform]).write_enabled is False


@pytest.mark.parametrize(
    ("platform", "lines"),
    [
        ("cisco_ios", ("snmp-server group g v2c", "snmp-server user public g v2c")),
        ("cisco_s300", ("snmp-server server", "snmp-server community-group public readers")),
        ("hp_procurve", ('snmpv3 community index "1" name "public" sec-name "readers"',)),
        ("hp_comware", (" snmp-agent sys-info version v2c", " snmp-agent community simple public user-role watchers")),
        ("hp_comware", (" snmp-agent sys-info version v2c", " snmp-agent usm-user v2c public readers")),
    ],
)
def test_a_factory_community_by_another_name_is_seen(platform: str, lines: tuple[str, ...]) -> None:
    assert snmp(platform, *lines).default_community is True


@pytest.mark.parametrize(
    ("platform", "lines"),
    [
        ("cisco_s300", ("snmp-server server", "encrypted snmp-server community AAAA ro view Default")),
        ("hp_comware", (" snmp-agent sys-info version v2c", " snmp-agent community cipher $c$3$AA user-role watchers")),
    ],
)
def test_a_community_that_cannot_be_read_may_be_a_factory_one(platform: str, lines: tuple[str, ...]) -> None:
    assert "snmp.default_community" in read(platform, *lines).gaps


def test_a_community_of_a_server_that_is_not_stated_to_run_is_open() -> None:
    facts = read("cisco_s300", "snmp-server community public ro view Default")
    assert facts.snmp is None
    assert {"snmp.versions", "snmp.default_community", "snmp.write_enabled"} <= set(facts.gaps)


def test_a_group_called_write_writes_nothing() -> None:
    assert snmp("cisco_ios", "snmp-server group write v3 priv").write_enabled is False
