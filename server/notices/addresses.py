"""Which addresses a webhook may reach: those that everybody may reach, never this server's own networks."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""All that IANA has given out for it; what wraps an IPv4 address (mapped, NAT64) or is local lies outside."""
NOT_PUBLIC: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them (RFC 2928)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: wraps an IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def is_public(text: str) -> bool:
    """Return whether everybody may reach an address, in its plain spelling: none that is private, shared, or wraps one.

    What no resolver returns, such as 0177.0.0.1 or a bare number, is no address at all and not public.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        public = address in GLOBAL_UNICAST and address.scope_id is None
        return public and not any(address in one for one in NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not address.is_reserved
