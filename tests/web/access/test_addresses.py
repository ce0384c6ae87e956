"""Addresses as a person writes them."""

import pytest

from server.access.addresses import BadAddress, read_address


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("192.0.2.10", "192.0.2.10"),
        (" 10.20.0.1 ", "10.20.0.1"),
        ("2001:DB8:0::10", "2001:db8::10"),
        ("fd12:3456::1", "fd12:3456::1"),
        ("FW.Example.Test.", "fw.example.test"),
        ("srv-files", "srv-files"),
        ("ups_rack.kestrel.test", "ups_rack.kestrel.test"),
    ],
)
def test_an_address_or_name_is_taken_in_its_usual_spelling(written: str, usual: str) -> None:
    assert read_address(written) == usual


@pytest.mark.parametrize(
    "odd",
    [
        "", "127.1", "0x7f000001", "0x7f.0.0.1", "2130706433", "017700000001", "1.2.3", "010.0.0.1", "1.2.3.4.",
        "127.0.0.1", "::1", "localhost", "foo.localhost", "0.0.0.0", "0.1.2.3", "::", "255.255.255.255", "240.0.0.1",
        "224.0.0.1", "ff02::1", "169.254.169.254", "169.254.1.1", "fe80::1", "fe80::1%eth0", "fd00:ec2::254",
        "100.100.100.200", "168.63.129.16", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "http://10.0.0.1",
        "10.0.0.1/24", "10.0.0.1:22", "user@10.0.0.1", "a b", "-x.test", "x..test", "a" * 64 + ".test", "x;reboot",
        "\u0661\u0660.\u0660.\u0660.\u0661", "[2001:db8::1]", "0x7f.test.0x1",
    ],
)  # fmt: skip
def test_an_odd_spelling_or_special_address_is_refused(odd: str) -> None:
    with pytest.raises(BadAddress):
        read_address(odd)
