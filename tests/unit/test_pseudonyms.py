"""Names, addresses and secrets replaced, and what a driver reads left as it is."""

import re

import pytest

from collectors.pseudonyms import Pseudonyms


@pytest.fixture
def names() -> Pseudonyms:
    return Pseudonyms(b"one recording")


def test_an_address_becomes_one_for_documentation(names: Pseudonyms) -> None:
    assert names.replace("ip address 10.20.30.7 255.255.255.0") == "ip address 192.0.2.7 255.255.255.0"


def test_addresses_of_one_network_stay_in_one_network(names: Pseudonyms) -> None:
    assert names.replace("10.1.1.1 10.1.2.1 10.1.1.9") == "192.0.2.1 198.51.100.1 192.0.2.9"


def test_the_same_address_is_always_the_same_other(names: Pseudonyms) -> None:
    assert names.replace("10.1.1.1") == names.replace("10.1.1.1")


@pytest.mark.parametrize(
    "text", ["0.0.0.0", "127.0.0.1", "255.255.252.0", "0.0.0.255", "Version 15.2.7.3", "firmware: 7.2.8.1", "12:30:45"]
)
def test_masks_versions_and_times_stay(names: Pseudonyms, text: str) -> None:
    assert names.replace(text) == text


def test_an_ipv6_address_becomes_one_for_documentation(names: Pseudonyms) -> None:
    assert names.replace("ipv6 address 2a02:8109::17/64") == "ipv6 address 2001:db8::1/64"


@pytest.mark.parametrize("text", ["00:25:9c:0a:1b:2c", "00-25-9C-0A-1B-2C", "0025.9c0a.1b2c", "00259c-0a1b2c"])
def test_a_mac_address_keeps_its_maker_and_its_form(names: Pseudonyms, text: str) -> None:
    other = names.replace(text)
    assert other != text
    assert re.sub("[^0-9a-f]", "", other.lower())[:6] == "00259c"
    assert re.sub("[0-9A-Fa-f]", "x", other) == re.sub("[0-9A-Fa-f]", "x", text)


def test_a_serial_number_keeps_its_shape_and_its_first_characters(names: Pseudonyms) -> None:
    names.name(["FGT60FTK19000123"], "serial")
    other = names.replace("Serial-Number: FGT60FTK19000123")
    assert re.fullmatch(r"Serial-Number: FGT6\d[A-Z]{3}\d{8}", other)
    assert "19000123" not in other


def test_a_name_is_replaced_wherever_it_stands(names: Pseudonyms) -> None:
    names.name(["acme-fw1"], "name")
    assert names.replace("hostname ACME-FW1\nacme-fw1#") == "hostname name1\nname1#"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "hx5rVt7rPNoS4wqbXKX7m0"),
        ("username admin password 7 0822455D0A16", "0822455D0A16"),
        ("snmp-server community s3cretc0mm RO", "s3cretc0mm"),
        ("        set psksecret ENC Zm9vYmFyYmF6", "Zm9vYmFyYmF6"),
        ("    encrypted-password \"$6$abc$Hq1\";", "Hq1"),
        ("tacacs-server key 7 104D000A0618", "104D000A0618"),
    ],
)  # fmt: skip
def test_a_secret_is_replaced(names: Pseudonyms, line: str, secret: str) -> None:
    other = names.replace(line)
    assert secret not in other
    assert len(other) == len(line)


@pytest.mark.parametrize(
    "line", ["snmp-server community public RO", "Minimum password length 8", "password: <private>"]
)
def test_a_default_community_and_a_policy_stay(names: Pseudonyms, line: str) -> None:
    assert names.replace(line) == line


def test_a_private_key_is_replaced(names: Pseudonyms) -> None:
    text = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----"
    other = names.replace(text)
    assert "MIIEvQ" not in other
    assert other.startswith("-----BEGIN PRIVATE KEY-----\n")


def test_a_mail_address_is_replaced(names: Pseudonyms) -> None:
    assert names.replace("contact jane.doe@acme.example") == "contact person@example.com"
