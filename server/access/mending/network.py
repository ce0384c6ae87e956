"""Firewalls and switches: what lets the agent read them. Sources stand beside each block."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from server.access.mending.block import CLOSED, NETWORK, REFUSED, RIGHT, Mending

MENDINGS: Final[dict[tuple[str, str], Mending]] = {
    # docs.fortinet.com, CLI reference: config system interface, allowaccess; diagnose sys tcpsock
    ("fortios", CLOSED): Mending(
        _("FortiGate: let SSH in on the inner interface"),
        NETWORK,
        """config system interface
    edit INTERFACE
        append allowaccess ssh
    next
end
config system admin
    edit "ACCOUNT"
        set trusthost1 AGENT 255.255.255.255
    next
end""",
        "FortiOS",
        _("Where a release has no append: set allowaccess with all words that stand there, and ssh."),
    ),
    # docs/accounts/fortios.md
    ("fortios", REFUSED): Mending(
        _("FortiGate: an administrator that reads"),
        NETWORK,
        """config system admin
    edit "ACCOUNT"
        set accprofile "datumline-ro"
        set vdom "root"
        set trusthost1 AGENT 255.255.255.255
        set password PASSWORD
    next
end""",
        "FortiOS",
    ),
    ("fortios", RIGHT): Mending(
        _("FortiGate: a profile that reads every group"),
        NETWORK,
        """config system accprofile
    edit "datumline-ro"
        set scope global
        set sysgrp read
        set netgrp read
        set fwgrp read
        set vpngrp read
        set loggrp read
        set utmgrp read
        set authgrp read
        set system-diagnostics enable
    next
end""",
        "FortiOS",
        _("scope global only with virtual domains; older releases name single groups otherwise."),
    ),
    # docs/accounts/cisco-ios.md; cisco.com, Secure Shell configuration guide
    ("cisco_ios", CLOSED): Mending(
        _("Cisco IOS: SSH version 2, reachable from the agent"),
        NETWORK,
        """crypto key generate rsa modulus 2048
ip ssh version 2
ip access-list standard DATUMLINE
 permit AGENT
line vty 0 15
 access-class DATUMLINE in
 transport input ssh""",
        "IOS",
        _("access-class holds for everybody: permit all administrators' addresses too, before you leave the session."),
    ),
    ("cisco_ios", REFUSED): Mending(
        _("Cisco IOS: the account"),
        NETWORK,
        "username ACCOUNT privilege 1 algorithm-type scrypt secret PASSWORD",
        "IOS",
        _("With TACACS+ the account is made on the server instead."),
    ),
    ("cisco_ios", RIGHT): Mending(
        _("Cisco IOS: the whole configuration needs privilege 15, limited by TACACS+"),
        NETWORK,
        """aaa authorization exec default group tacacs+ local if-authenticated
aaa authorization commands 15 default group tacacs+ local if-authenticated
! on the server: privilege 15, permitted are only
!   terminal length, terminal width, show ..., exit""",
        "IOS",
        _("At a lower level show running-config leaves lines out without a word: better a gap than half of it."),
    ),
    # docs/accounts/hp-procurve.md
    ("hp_procurve", CLOSED): Mending(
        _("Aruba AOS-S: SSH, for the agent"),
        NETWORK,
        "crypto key generate ssh\nip ssh\nip authorized-managers AGENT 255.255.255.255 access operator",
        "AOS-S",
        _("authorized-managers holds for everybody: add the administrators' addresses first."),
    ),
    ("hp_procurve", REFUSED): Mending(
        _("Aruba AOS-S: the account"),
        NETWORK,
        "password operator user-name ACCOUNT plaintext PASSWORD",
        "AOS-S",
    ),
    ("hp_procurve", RIGHT): Mending(
        _("Aruba AOS-S: a group that may show the configuration and nothing else (from 16.x)"),
        NETWORK,
        """aaa authorization group "datumline" 1 match-command "command:show running-config" permit
aaa authentication local-user "ACCOUNT" group "datumline" password plaintext""",
        "AOS-S",
    ),
    # docs/accounts/aruba-aoscx.md
    ("aruba_aoscx", CLOSED): Mending(
        _("Aruba AOS-CX: SSH"), NETWORK, "ssh server vrf mgmt\nssh server vrf default", "AOS-CX"
    ),
    ("aruba_aoscx", REFUSED): Mending(
        _("Aruba AOS-CX: the account"), NETWORK, "user ACCOUNT group datumline password", "AOS-CX"
    ),
    ("aruba_aoscx", RIGHT): Mending(
        _("Aruba AOS-CX: a group that may show"),
        NETWORK,
        """user-group datumline
    10 permit cli command "show .*"
    20 permit cli command "no page\"""",
        "AOS-CX",
    ),
    # docs/accounts/snmp.md; cisco.com SNMP configuration guide
    ("snmp_cisco", CLOSED): Mending(
        _("Cisco IOS: SNMP version 3, read only, for the agent"),
        NETWORK,
        """ip access-list standard DATUMLINE
 permit AGENT
snmp-server view datumline iso included
snmp-server view datumline internet.6.3.15 excluded
snmp-server view datumline internet.6.3.16 excluded
snmp-server group datumline v3 priv read datumline access DATUMLINE
snmp-server user ACCOUNT datumline v3 auth sha AUTH-PASSPHRASE priv aes 128 PRIVACY-PASSPHRASE""",
        "IOS",
    ),
    ("snmp_fortios", CLOSED): Mending(
        _("FortiGate: SNMP version 3, read only"),
        NETWORK,
        """config system snmp sysinfo
    set status enable
end
config system snmp user
    edit "ACCOUNT"
        set queries enable
        set trap-status disable
        set security-level auth-priv
        set auth-proto sha256
        set auth-pwd AUTH-PASSPHRASE
        set priv-proto aes
        set priv-pwd PRIVACY-PASSPHRASE
    next
end
config system interface
    edit INTERFACE
        append allowaccess snmp
    next
end""",
        "FortiOS",
    ),
    ("ssh", CLOSED): Mending(
        _("SSH: is the port open from the agent?"),
        NETWORK,
        "ssh -v ACCOUNT@ADDRESS",
        "sh",
        _("From a machine beside the agent: it tells whether the network, the service or the account says no."),
    ),
}
