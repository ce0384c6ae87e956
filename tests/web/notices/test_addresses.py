"""Addresses that a webhook must not reach, in every spelling that a resolver or a person may give."""

import pytest

from server.notices.addresses import is_public

PUBLIC = (
    "1.1.1.1", "9.9.9.9", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.167.255.255",
    "223.255.255.254", "2606:4700:4700::1111", "2a00:1450:4009::200e", "2620:fe::fe",
)  # fmt: skip
NOT_PUBLIC = (
    # this machine
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::", "0:0:0:0:0:0:0:1",
    # private
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", "fc00::1",
    "fd12:3456:789a::1", "fec0::1",
    # shared (RFC 6598)
    "100.64.0.1", "100.100.100.200", "100.127.255.255",
    # link-local, among them the metadata services of clouds
    "169.254.0.1", "169.254.169.254", "fe80::1", "fe80::1%eth0", "fe80::1%25eth0", "febf::1",
    "fd00:ec2::254",
    # for special use
    "192.0.0.1", "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "240.0.0.1", "255.255.255.255", "100::1", "2001:db8::1", "3fff::1", "2001:2::1", "2001:10::1", "5f00::1",
    # many at once
    "224.0.0.1", "239.255.255.250", "ff02::1", "ff05::2", "ff0e::1",
    # an IPv4 address inside an IPv6 one
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:a00:1", "::ffff:8.8.8.8", "::10.0.0.1", "::127.0.0.1",
    "64:ff9b::a00:1", "64:ff9b::10.0.0.1", "64:ff9b:0:0:0:0:7f00:1", "64:ff9b:1::a00:1", "2002:a00:1::",
    "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "::ffff:0:10.0.0.1",
    # a scope where there is none
    "2606:4700:4700::1111%1",
    # spellings that only a resolver would take
    "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "127.1", "127.0.1", "10.1", "010.0.0.1", "127.0.0.1.",
    " 127.0.0.1", "127.0.0.1 ", "１２７.0.0.1", "127。0。0。1", "localhost", "", "[::1]", "1.1.1.1:443", "1.1.1.1/32",
    "1.1.1", "256.1.1.1", "::g", "1.1.1.1\n",
)  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_that_everybody_may_reach(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_that_no_webhook_reaches(text: str) -> None:
    assert not is_public(text)


def test_there_are_sixty_forms_at_least() -> None:
    assert len(set(NOT_PUBLIC)) >= 60
