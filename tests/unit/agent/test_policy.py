"""The site's policy: what the server asks beyond it is refused before anything is sent, however it is spelt."""

import hashlib
import socket
import sys
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import FileRefused
from agent.policy import DISCOVERY_ADDRESSES, NotAllowed, SitePolicy
from agent.policy_file import default_text, own_networks, write_default
from collectors.link.addresses import inside, is_dns_name, never_asked, written_address
from tests.unit.agent.policies import AT, TEXT, discovery, policy, scan, target, trial

PLAINLY = """
    127.0.0.1 127.1 127.0.1 127.255.255.254 0x7f000001 0X7F000001 0x7f.0.0.1 0x7f.1 2130706433 017700000001 0177.0.0.1
    0177.1 127.0.0.01 127.000.000.001 127.0.0.1. ::1 0:0:0:0:0:0:0:1 0 0.0.0.0 0.0.0.1 00 0x0 :: localhost localhost.
    169.254.169.254 0xa9fea9fe 2852039166 0251.0376.0251.0376 169.254.1.1 100.100.100.200 168.63.129.16 192.0.0.192
    fd00:ec2::254 fe80::1 fe80::1%eth0 fe80::1%25eth0 fd12:3456:789a::1%eth0
    ::ffff:192.168.10.7 ::ffff:c0a8:a07 ::ffff:127.0.0.1 0:0:0:0:0:ffff:c0a8:0a07 ::192.168.10.7 ::ffff:0:192.168.10.7
    64:ff9b::c0a8:a07 64:ff9b::192.168.10.7 64:ff9b:1::c0a8:a07 2002:c0a8:a07::1 2001:0:c0a8:a07::1
    fd12:3456:789a::5efe:c0a8:a07 fd12:3456:789a::200:5efe:c0a8:a07 fd12:3456:789a::192.168.10.7
    224.0.0.1 239.255.255.250 255.255.255.255 240.0.0.1 ff02::1 ff05::1:3 fec0::1 192.88.99.1
    192.168.10.0 192.168.10.255 10.20.0.0 10.20.255.255
    192.168.11.7 10.21.0.1 8.8.8.8 100.64.0.1 2001:db8::1 fd12:3456:789b::1 172.16.0.1
    192.168.2567 192.168.10.007 192.168.0xa.7 3232238087 0xc0a80a07 192.168.10.7. 192.168.10.7:22 [192.168.10.7]
    192.168.10.7/32 192.168.10.7# 192.168.10.7@8.8.8.8 user@192.168.10.7 http://192.168.10.7 fd12:3456:789a:::1
    . .. - a..b -a.example.test a-.example.test *.example.test
""".split()
"""Loopback, metadata and link-local, one address inside another, multicast and edges, outside, and odd spellings."""
ODD = (
    *("192.168.10.7 ", " 192.168.10.7", "192.168.10.7\n", "192.168.10.7\x00", "", "exa mple.test"),
    *("１９２.168.10.7", "192。168。10。7", "a" * 64 + ".test", "a." * 130 + "test"),
)
FORBIDDEN = (*PLAINLY, *ODD)
LOOPBACK_NAMES = {"localhost": ("127.0.0.1", "::1"), "localhost.": ("127.0.0.1",)}


def resolver(*addresses: str) -> "Answers":
    return Answers(addresses)


class Answers:
    """A name server that counts its questions."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    def __call__(self, name: str) -> tuple[str, ...]:
        self.asked.append(name)
        return LOOPBACK_NAMES.get(name, self.addresses)


def test_there_are_more_than_sixty_forms_to_refuse() -> None:
    assert len(set(FORBIDDEN)) >= 100


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_plainly_inside_is_refused(tmp_path: Path, address: str) -> None:
    assert policy(tmp_path).allows(scan(address), AT, resolver("192.168.10.7")) is not None


@pytest.mark.parametrize(
    "address", ["192.168.10.1", "10.20.0.255", "10.20.1.0", "fd12:3456:789a::1", "fd12:3456:789a:1::"]
)
def test_an_address_inside_is_allowed_and_no_name_server_asked(tmp_path: Path, address: str) -> None:
    answers = resolver("8.8.8.8")
    assert policy(tmp_path).allows(scan(address), AT, answers) is None
    assert answers.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        ("192.168.10.7", "8.8.8.8"),
        ("8.8.8.8", "192.168.10.7"),
        ("192.168.10.7", "127.0.0.1"),
        ("192.168.10.7", "169.254.169.254"),
        ("192.168.10.7", "::1"),
        ("192.168.10.7", "::ffff:192.168.10.7"),
        ("192.168.10.7", "fe80::1%2"),
        ("192.168.10.7", "2001:db8::1"),
        ("fd12:3456:789a::1", "64:ff9b::c0a8:a07"),
        ("192.168.10.7", "192.168.10.255"),
        ("192.168.10.7", "not an address"),
        ("192.168.10.7", "127.1"),
        (),
        tuple(f"10.20.{number // 250}.{number % 250 + 1}" for number in range(300)),
    ],
)
def test_a_name_is_refused_when_one_of_its_addresses_is(tmp_path: Path, answer: tuple[str, ...]) -> None:
    assert policy(tmp_path).allows(scan("srv1.example.test"), AT, resolver(*answer)) is not None


def test_a_name_is_allowed_when_all_its_addresses_are(tmp_path: Path) -> None:
    answers = resolver("192.168.10.7", "fd12:3456:789a::7")
    assert policy(tmp_path).allows(scan("srv1.example.test"), AT, answers) is None


@pytest.mark.parametrize(
    "failure", [socket.gaierror(-2, "no name"), TimeoutError("late"), UnicodeError("label too long")]
)
def test_a_name_that_cannot_be_resolved_is_refused(tmp_path: Path, failure: Exception) -> None:
    def fail(name: str) -> tuple[str, ...]:
        raise failure

    reason = policy(tmp_path).allows(scan("srv1.example.test"), AT, fail)
    assert reason == "the name srv1.example.test cannot be resolved here, so nothing says where it leads"


def test_the_address_that_was_judged_is_the_one_to_dial_whatever_the_name_means_later(tmp_path: Path) -> None:
    told = iter([("192.168.10.7",), ("8.8.8.8",)])
    place = policy(tmp_path).place_of(target("srv1.example.test"), lambda name: next(told))
    assert place.address == "192.168.10.7"
    assert next(told) == ("8.8.8.8",)  # the second answer was never asked for


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("srv1.example.test", True),
        ("SRV1.Example.TEST.", True),
        ("example.test", True),
        ("srv1.example.test.evil.test", False),
        ("badexample.test", False),
        ("srv1", False),
        ("test", False),
    ],
)
def test_a_listed_ending_covers_whole_labels(tmp_path: Path, name: str, allowed: bool) -> None:
    known = policy(tmp_path, TEXT + 'names = ["Example.test"]\n')
    assert (known.allows(scan(name), AT, resolver("192.168.10.7")) is None) is allowed


def test_loopback_is_allowed_only_where_it_is_listed_itself(tmp_path: Path) -> None:
    wide = TEXT.replace('"10.20.0.0/16"', '"126.0.0.0/8"')
    assert policy(tmp_path, wide).allows(scan("127.0.0.1"), AT) is not None
    around = TEXT.replace('"10.20.0.0/16"', '"::/32"')
    assert "loopback must be listed by itself" in str(policy(tmp_path, around).allows(scan("::1"), AT))
    listed = TEXT.replace('"10.20.0.0/16"', '"127.0.0.0/8", "::1/128"')
    assert policy(tmp_path, listed).allows(scan("127.3.2.1"), AT) is None
    assert policy(tmp_path, listed).allows(scan("::1"), AT) is None


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"port": 23}, "port 23"),
        ({"transport": "snmp", "port": 22222}, "port 22222"),
        ({"port": 80}, "port 80"),
    ],
)
def test_another_port_is_refused(tmp_path: Path, settings: dict[str, Any], word: str) -> None:
    assert word in str(policy(tmp_path).allows(scan(**settings), AT))


def test_the_usual_port_counts_where_the_job_names_none(tmp_path: Path) -> None:
    known = policy(tmp_path, TEXT.replace("22, ", ""))
    assert known.allows(scan(), AT) == "the port 22 is not among those allowed here"
    assert known.place_of(target(transport="winrm")).port == 5986


def test_another_transport_is_refused(tmp_path: Path) -> None:
    known = policy(tmp_path, TEXT.replace('"ssh", ', ""))
    assert known.allows(scan(), AT) == "the transport ssh is not among those allowed here"
    assert known.allows(trial(), AT) == "the transport ssh is not among those allowed here"


@pytest.mark.parametrize(("driver", "allowed"), [("cisco_ios", True), ("fortios", False), (None, False)])
def test_only_listed_drivers_are_allowed(tmp_path: Path, driver: str | None, allowed: bool) -> None:
    known = policy(tmp_path, TEXT + 'drivers = ["cisco_ios"]\n')
    assert (known.allows(scan(driver=driver), AT) is None) is allowed


def test_the_local_machine_needs_no_address(tmp_path: Path) -> None:
    assert policy(tmp_path).allows(scan("8.8.8.8", transport="local"), AT) is None
    without = policy(tmp_path, TEXT.replace(', "local"', ""))
    assert without.allows(scan("192.168.10.7", transport="local"), AT) is not None


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), False),  # Monday 13:00 in Berlin
        (datetime(2026, 11, 23, 17, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 18, 0, tzinfo=UTC), True),  # 19:00
        (datetime(2026, 11, 24, 5, 59, tzinfo=UTC), True),  # Tuesday 06:59, begun on Monday
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 28, 5, 59, tzinfo=UTC), True),  # Saturday 06:59, begun on Friday
        (datetime(2026, 11, 28, 18, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), False),  # Monday 06:00: nothing began on Sunday
        (datetime(2026, 7, 6, 17, 0, tzinfo=UTC), True),  # 19:00 in summer
    ],
)
def test_hours_count_in_the_sites_time(tmp_path: Path, at: datetime, allowed: bool) -> None:
    known = policy(tmp_path, TEXT + 'time_zone = "Europe/Berlin"\nhours = ["mon-fri 19:00-07:00"]\n')
    assert (known.allows(scan(), at) is None) is allowed
    assert (known.allows(discovery("192.168.10.0/24"), at) is None) is allowed
    assert known.allows(trial(), at) is None


def test_the_reason_outside_the_hours_says_when_they_begin(tmp_path: Path) -> None:
    known = policy(tmp_path, TEXT + 'time_zone = "Europe/Berlin"\nhours = ["mon-fri 19:00-07:00"]\n')
    reason = known.allows(scan(), AT)
    assert reason == (
        "scans may run at mon-fri 19:00-07:00 Europe/Berlin in the site's time; the next begin 2026-11-23 19:00 CET"
    )


@pytest.mark.parametrize(
    ("networks", "word"),
    [
        (("192.168.11.0/24",), "outside"),
        (("192.168.0.0/16",), "outside"),
        (("192.168.10.0/24", "8.8.8.0/24"), "outside"),
        (("127.0.0.0/24",), "outside"),
        (("10.20.0.0/19",), "more than"),
        (("fd12:3456:789a::/64",), "more than"),
    ],
)
def test_a_discovery_outside_or_beyond_bounds_is_refused(tmp_path: Path, networks: tuple[str, ...], word: str) -> None:
    assert word in str(policy(tmp_path).allows(discovery(*networks), AT))


def test_a_discovery_is_refused_where_it_is_not_allowed(tmp_path: Path) -> None:
    known = policy(tmp_path, TEXT + "[discovery]\nallowed = false\n")
    assert known.allows(discovery("192.168.10.0/24"), AT) == "discovery is not allowed here"


def test_a_discovery_of_the_most_addresses_is_allowed_and_names_each_once(tmp_path: Path) -> None:
    known = policy(tmp_path)
    job = discovery("10.20.0.0/20")
    assert known.allows(job, AT) is None
    addresses = list(known.sweep(discovery("10.20.0.0/24", "10.20.0.0/25")))
    assert len(addresses) == len(set(addresses)) == 254  # without the edges of the asked network
    assert job.networks[0].num_addresses == DISCOVERY_ADDRESSES


def test_the_server_is_told_the_policy_and_the_digest_of_its_bytes(tmp_path: Path) -> None:
    text = TEXT + 'names = ["example.test"]\nhours = ["22:00-06:00"]\ndevices_at_once = 4\n'
    told = policy(tmp_path, text).told()
    assert told.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert told.networks == tuple(map(ip_network, ("192.168.10.0/24", "10.20.0.0/16", "fd12:3456:789a::/48")))
    assert (told.names, told.devices_at_once, told.hours) == (("example.test",), 4, "22:00-06:00 UTC")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (TEXT.replace("10.20.0.0/16", "10.20.0.1/16"), 1, "no network"),
        (TEXT.replace("10.20.0.0/16", "10.20.0.0"), 1, "no prefix"),
        (TEXT.replace("10.20.0.0/16", "0.0.0.0/0"), 1, "wider than /8"),
        (TEXT.replace("10.20.0.0/16", "::/0"), 1, "wider than /32"),
        (TEXT.replace("10.20.0.0/16", "169.254.0.0/16"), 1, "link-local"),
        (TEXT.replace("10.20.0.0/16", "224.0.0.0/8"), 1, "multicast"),
        (TEXT.replace("10.20.0.0/16", "fe80::/64"), 1, "link-local"),
        (TEXT.replace("10.20.0.0/16", "::ffff:0:0/96"), 1, "IPv4-mapped"),
        (TEXT.replace("10.20.0.0/16", "example.test"), 1, "no network"),
        (TEXT.replace("161", "70000"), 2, "'ports' is too large"),
        (TEXT.replace("161", '"161"'), 2, "'ports' must be a whole number"),
        (TEXT.replace('"ssh"', '"telnet"'), 3, "'transports' must be one of"),
        (TEXT + 'names = ["*.example.test"]\n', 4, "no ending"),
        (TEXT + 'hours = ["19:00-25:00"]\n', 4, "no span"),
        (TEXT + 'hours = ["mo-fr 19:00-07:00"]\n', 4, "no span"),
        (TEXT + 'time_zone = "Berlin"\n', 4, "no time zone"),
        (TEXT + "devices_at_once = 0\n", 4, "too small"),
        (TEXT + 'server = "https://example.test"\n', 4, "unknown key 'server'"),
        (TEXT + "[discovery]\nprobes_per_s = 21\n", 5, "'probes_per_s' is too large"),
        (TEXT + "[keys]\ntrust = true\n", 5, "unknown key 'trust'; did you mean 'trust_first'?"),
        (TEXT.replace("networks", "network"), 1, "networks"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    with pytest.raises(FileRefused) as refused:
        policy(tmp_path, text)
    told = [problem for problem in refused.value.problems if word in problem.text]
    assert [problem.line for problem in told[:1]] == [line], str(refused.value)


def test_no_policy_is_no_permission(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        SitePolicy.load(tmp_path / "policy.toml")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")
def test_a_policy_that_others_may_change_is_refused(tmp_path: Path) -> None:
    policy(tmp_path)
    (tmp_path / "policy.toml").chmod(0o664)
    with pytest.raises(FileRefused, match="may be changed by others"):
        SitePolicy.load(tmp_path / "policy.toml")


def test_the_first_policy_of_a_site_is_read_and_holds_nothing_public(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    assert write_default(file, map(ip_network, ("192.168.10.0/24", "fd12:3456:789a::/64")))
    known = policy(tmp_path, file.read_text(encoding="utf-8"))
    assert known.networks == (ip_network("192.168.10.0/24"), ip_network("fd12:3456:789a::/64"))
    assert (known.discovery, known.probes_per_s, known.devices_at_once, known.trust_first) == (True, 20, 10, True)
    assert known.allows(scan("192.168.10.7"), AT) is None


def test_the_first_policy_never_takes_the_place_of_one_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(TEXT, encoding="utf-8")
    assert not write_default(file, ())
    assert file.read_text(encoding="utf-8") == TEXT


def test_a_machine_without_a_private_network_gets_a_policy_that_allows_no_address(tmp_path: Path) -> None:
    known = policy(tmp_path, default_text(()))
    assert known.allows(scan("192.168.10.7"), AT) is not None


@pytest.mark.parametrize(
    ("address", "mask", "listed"),
    [
        ("192.168.10.7", "255.255.255.0", ["192.168.10.0/24"]),
        ("10.20.30.40", "255.255.0.0", ["10.20.0.0/16"]),
        ("172.31.0.5", "255.255.255.240", ["172.31.0.0/28"]),
        ("fd12:3456:789a::7", "ffff:ffff:ffff:ffff::", ["fd12:3456:789a::/64"]),
        ("10.20.30.40", "255.0.0.0", []),  # wider than a site
        ("10.8.0.1", "255.255.255.255", []),  # a tunnel's own address
        ("127.0.0.1", "255.0.0.0", []),
        ("169.254.3.4", "255.255.0.0", []),
        ("fe80::1%eth0", "ffff:ffff:ffff:ffff::", []),
        ("8.8.8.8", "255.255.255.0", []),
        ("100.64.0.5", "255.255.0.0", []),
        ("192.0.2.9", "255.255.255.0", []),
        ("2001:db8::1", "ffff:ffff:ffff:ffff::", []),
        ("02:42:ac:11:00:02", None, []),
    ],
)
def test_only_private_networks_of_this_machine_are_listed_at_first(
    monkeypatch: pytest.MonkeyPatch, address: str, mask: str | None, listed: list[str]
) -> None:
    shown = {"eth0": [SimpleNamespace(address=address, netmask=mask)]}
    monkeypatch.setattr("psutil.net_if_addrs", lambda: shown)
    assert [str(network) for network in own_networks()] == listed


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_no_random_address_outside_is_allowed(address: object) -> None:
    networks = tuple(map(ip_network, ("192.168.10.0/24", "fd12:3456:789a::/48")))
    known = ip_address(str(address))
    written = written_address(str(known))
    if written is not None and inside(written, networks):
        assert any(written in network for network in networks)
        assert never_asked(written) is None or written.version == 6


@given(st.text(max_size=40))
def test_a_text_is_never_both_a_name_and_an_address_of_the_resolver(text: str) -> None:
    if is_dns_name(text):
        with pytest.raises(OSError):
            socket.inet_aton(text)


def test_what_the_resolver_takes_for_an_address_is_no_name() -> None:
    odd = ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3", "0", "0x0", "1.2.3.0x4"]
    assert [text for text in odd if is_dns_name(text) or written_address(text)] == []
    assert all(socket.inet_aton(text) for text in odd)


def test_the_error_names_who_must_act(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="whoever keeps this policy at the site corrects it"):
        policy(tmp_path, TEXT.replace("10.20.0.0/16", "nowhere"))


def test_a_judgement_is_an_error_of_the_agent_for_whoever_asks_for_the_place(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="outside the networks"):
        policy(tmp_path).place_of(target("8.8.8.8"))
