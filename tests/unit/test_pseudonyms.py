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
        ("ntp authentication-key 1 md5 0822455D0A16 7", "0822455D0A16"),
        (" ip ospf message-digest-key 12 md5 7 02050D480809", "02050D480809"),
        (" ospfv3 encryption ipsec spi 1001 esp null md5 0 27576134094768132473", "27576134094768132473"),
        ("snmp-server host 10.1.1.5 version 2c ourcommunity", "ourcommunity"),
        ("snmp-server host 10.1.1.5 ourcommunity", "ourcommunity"),
        ('password manager user-name "chief" plaintext\n "S3cret-Word"', "S3cret-Word"),
        ("user watch group operators password plaintext S3cret-Word", "S3cret-Word"),
        ("snmpv3 user a auth sha auth-pass ciphertext AQBap1 priv aes priv-pass ciphertext BQBbq2", "BQBbq2"),
        ("snmp-agent community read cipher S3cret-Word acl 2000", "S3cret-Word"),
        ("local-user chief password irreversible-cipher S3cret-Word", "S3cret-Word"),
        ("<user><bcrypt-hash>$2y$10$Qw3rtz</bcrypt-hash></user>", "Qw3rtz"),
        ("<snmpd><rocommunity>s3cretc0mm</rocommunity></snmpd>", "s3cretc0mm"),
        ("<pre-shared-key>hidden word</pre-shared-key>", "hidden word"),
        ("<md5-hash>5f4dcc3b5aa765d61d8327deb882cf99</md5-hash>", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("<cert><prv>TUlJRXZRSUJBREFOQmdrcQ==</prv></cert>", "TUlJRXZRSUJBREFOQmdrcQ"),
        ("    snmp-community-string s3cretc0mm;", "s3cretc0mm"),
        (' 1    name="s3cretc0mm" addresses=10.0.0.30/32 security=none', "s3cretc0mm"),
        ("add snmp usm user ro security-level authPriv auth-pass-phrase-hashed AB12CD34", "AB12CD34"),
    ],
)  # fmt: skip
def test_a_secret_is_replaced(names: Pseudonyms, line: str, secret: str) -> None:
    other = names.replace(line)
    assert secret not in other
    assert len(other.split()) == len(line.split())


@pytest.mark.parametrize(
    "line",
    [
        "snmp-server community public RO",
        "Minimum password length 8",
        "password: <private>",
        "<rocommunity>public</rocommunity>",
        "    snmp-community-string public;",
        "<sshdkeyonly>enabled</sshdkeyonly><hash-algorithm>sha256</hash-algorithm><keylen>256</keylen>",
    ],
)
def test_a_default_community_and_a_policy_stay(names: Pseudonyms, line: str) -> None:
    assert names.replace(line) == line


def test_the_end_of_an_element_is_no_part_of_its_hash(names: Pseudonyms) -> None:
    assert names.replace("<password>$6$aaaa$bbbb</password>").endswith("</password>")


def test_a_private_key_is_replaced(names: Pseudonyms) -> None:
    text = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----"
    other = names.replace(text)
    assert "MIIEvQ" not in other
    assert other.startswith("-----BEGIN PRIVATE KEY-----\n")


def test_a_mail_address_is_replaced(names: Pseudonyms) -> None:
    assert names.replace("contact jane.doe@acme.example") == "contact person@example.com"


def test_what_stands_on_the_next_line_is_no_secret(names: Pseudonyms) -> None:
    text = "config system snmp community\n    edit 1\n"
    assert names.replace(text) == text


def test_an_account_that_every_device_has_stays(names: Pseudonyms) -> None:
    names.name(["admin", "Administrator", "root"], "account")
    assert names.replace("set admin-lockout-threshold 5\nconfig system admin\n") == (
        "set admin-lockout-threshold 5\nconfig system admin\n"
    )


def test_a_word_of_the_platform_stays() -> None:
    names = Pseudonyms(b"one recording", kept=["service", "show"])
    names.name(["Service", "anna"], "account")
    assert names.replace("username service; username anna") == "username service; username account1"


def test_a_private_algorithm_of_ssh_is_no_mail_address(names: Pseudonyms) -> None:
    text = "macs umac-64-etm@openssh.com,hmac-sha2-256\nkex curve25519-sha256@libssh.org"
    assert names.replace(text) == text


def test_a_mail_address_at_a_longer_domain_is_replaced(names: Pseudonyms) -> None:
    assert names.replace("jane@openssh.com.example") == "person@example.com"


def test_an_id_of_hexadecimal_digits_stays_one(names: Pseudonyms) -> None:
    told = "8b1f3ab4-9c2d-4e5f-a0b1-c2d3e4f5a6b7"
    names.name([told], "serial")
    other = names.replace(told)
    assert other != told
    assert re.fullmatch(r"8b1f[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", other)


def test_how_a_hash_was_made_is_still_told(names: Pseudonyms) -> None:
    other = names.replace("set password ENC SH2kq8TgA0nmYh1Zq3o9w")
    assert other.startswith("set password ENC SH2")
    assert "kq8TgA0" not in other


def test_a_filler_does_not_become_a_serial_number(names: Pseudonyms) -> None:
    names.name(["To be filled by O.E.M."], "serial")
    assert names.replace("To be filled by O.E.M.") == "To be filled by O.E.M."


def test_a_secret_is_replaced_wherever_it_stands(names: Pseudonyms) -> None:
    names.learn("snmp-server community Ge1heim RO")
    assert "Ge1heim" not in names.replace("snmp-server enable traps; see Ge1heim")


def test_a_secret_that_is_a_plain_word_stays_where_it_means_something_else(names: Pseudonyms) -> None:
    names.learn("snmp-server community traps RO")
    assert names.replace("snmp-server enable traps") == "snmp-server enable traps"


def test_an_account_of_a_dial_line_is_replaced(names: Pseudonyms) -> None:
    text = "ppp pap sent-username adialuser password 7 023530612D53"
    names.learn(text)
    assert "adialuser" not in names.replace(text)


def test_a_name_in_a_table_leaves_the_next_column_where_it_stands() -> None:
    names = Pseudonyms(b"k" * 32)
    names.name(["backup operator", "Al B"], "account")
    text = names.replace("backup operator    True\nAl B               True\nsee Al B.\n")
    assert text == "account1           True\naccount2           True\nsee account2.\n"


def test_the_length_of_a_password_is_no_password() -> None:
    text = "Minimum password length:                              14\n"
    assert Pseudonyms(b"k" * 32).replace(text) == text
