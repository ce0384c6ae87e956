"""Windows, Linux, SNMP services, UPS cards and NUT: what lets the agent read them. Sources stand beside each block."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from server.access.mending.block import ADMIN, CLOSED, DIRECTORY, REFUSED, RIGHT, Mending

MENDINGS: Final[dict[tuple[str, str], Mending]] = {
    # learn.microsoft.com: Enable-PSRemoting, New-NetFirewallRule, winrm quickconfig -transport:https
    ("windows", CLOSED): Mending(
        _("Windows: let WinRM listen, for the agent alone"),
        ADMIN,
        """Enable-PSRemoting -SkipNetworkProfileCheck -Force
$certificate = New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -CertStoreLocation Cert:\\LocalMachine\\My
New-Item WSMan:\\localhost\\Listener -Transport HTTPS -Address * -CertificateThumbPrint $certificate.Thumbprint -Force
New-NetFirewallRule -DisplayName 'WinRM HTTPS from the agent' -Direction Inbound -Protocol TCP -LocalPort 5986 `
  -RemoteAddress AGENT -Action Allow
winrm enumerate winrm/config/listener""",
        "PowerShell",
        _("A certificate of your own authority is better than a self-signed one. Many machines: by group policy."),
    ),
    # learn.microsoft.com: Add-LocalGroupMember, Unlock-ADAccount; well-known SID S-1-5-32-580
    ("windows", REFUSED): Mending(
        _("Windows: the account may log on over WinRM"),
        DIRECTORY,
        """Get-ADUser ACCOUNT -Properties LockedOut, PasswordExpired | Select-Object Enabled, LockedOut, PasswordExpired
Unlock-ADAccount ACCOUNT
# on the machine, or by group policy: Remote Management Users, whatever its translated name is
Add-LocalGroupMember -SID 'S-1-5-32-580' -Member 'ACCOUNT'""",
        "PowerShell",
        _("After a refusal nothing is tried again until a person tests or enters the credential: so none is locked."),
    ),
    # docs/accounts/windows.md, "Little rights" and "Roles that have rights of their own"
    ("windows", RIGHT): Mending(
        _("Windows: rights for what is still missing"),
        ADMIN,
        """# event logs
Add-LocalGroupMember -SID 'S-1-5-32-573' -Member 'ACCOUNT'
# services, firewall, shares, certificates, missing updates: a local administrator, never one of the domain
Add-LocalGroupMember -SID 'S-1-5-32-544' -Member 'ACCOUNT'
# Hyper-V
Add-LocalGroupMember -SID 'S-1-5-32-578' -Member 'ACCOUNT'""",
        "PowerShell",
        _("Begin with little and look at the gaps; on a domain controller Administrators means the whole domain."),
    ),
    # docs/accounts/linux.md; man sshd_config, ufw, firewall-cmd
    ("linux", CLOSED): Mending(
        _("Linux: sshd, reachable from the agent"),
        ADMIN,
        """systemctl enable --now ssh || systemctl enable --now sshd
ufw allow from AGENT to any port 22 proto tcp
# or, with firewalld
firewall-cmd --permanent --add-rich-rule='rule family=ipv4 source address=AGENT service name=ssh accept'
firewall-cmd --reload""",
        "sh",
    ),
    ("linux", REFUSED): Mending(
        _("Linux: a user that logs on with a key"),
        ADMIN,
        """adduser --system --shell /bin/sh --group ACCOUNT
install -d -m 700 -o ACCOUNT -g ACCOUNT ~ACCOUNT/.ssh
echo 'from="AGENT",restrict PUBLIC-KEY' > ~ACCOUNT/.ssh/authorized_keys
chown ACCOUNT: ~ACCOUNT/.ssh/authorized_keys && chmod 600 ~ACCOUNT/.ssh/authorized_keys""",
        "sh",
    ),
    ("linux", RIGHT): Mending(
        _("Linux: the few commands that need root"),
        ADMIN,
        """# visudo -f /etc/sudoers.d/datumline
Defaults:ACCOUNT !requiretty
ACCOUNT ALL=(root) NOPASSWD: /usr/sbin/sshd -T
ACCOUNT ALL=(root) NOPASSWD: /usr/bin/grep -rhs . /etc/ssh/sshd_config /etc/ssh/sshd_config.d
ACCOUNT ALL=(root) NOPASSWD: /usr/sbin/ufw status verbose, /usr/sbin/nft list ruleset, /usr/sbin/iptables -S INPUT
ACCOUNT ALL=(root) NOPASSWD: /usr/bin/grep -rhs . /etc/sudoers /etc/sudoers.d""",
        "sh",
        _("Leave out what the machine does not have; correct the paths with command -v."),
    ),
    # learn.microsoft.com: SNMP service (deprecated since Windows Server 2012), PermittedManagers
    ("snmp_windows", CLOSED): Mending(
        _("Windows: prefer WinRM; SNMP there is deprecated and reads little"),
        ADMIN,
        """# Windows 10 and 11: Add-WindowsCapability -Online -Name SNMP.Client~~~~0.0.1.0
Install-WindowsFeature SNMP-Service
$key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\SNMP\\Parameters'
New-ItemProperty "$key\\PermittedManagers" -Name 2 -Value AGENT -PropertyType String -Force
New-ItemProperty "$key\\ValidCommunities" -Name COMMUNITY -Value 4 -PropertyType DWord -Force   # 4: read only
Restart-Service SNMP""",
        "PowerShell",
        _("Versions 1 and 2c only: the community goes over the network readable."),
    ),
    # net-snmp.org, snmpd.conf(5); docs/accounts/snmp.md
    ("snmp_linux", CLOSED): Mending(
        _("net-snmp: a user that reads"),
        ADMIN,
        """systemctl stop snmpd
echo 'createUser ACCOUNT SHA-256 "AUTH-PASSPHRASE" AES "PRIVACY-PASSPHRASE"' >> /var/lib/snmp/snmpd.conf
cat >> /etc/snmp/snmpd.conf <<'END'
agentaddress udp:161
view datumline included .1.3.6.1.2.1
view datumline included .1.3.6.1.6.3.10.2.1
rouser ACCOUNT priv -V datumline
END
systemctl start snmpd
ufw allow from AGENT to any port 161 proto udp""",
        "sh",
        _("The daemon's persistent folder is /var/lib/net-snmp on Red Hat and its kin."),
    ),
    # Schneider Electric, Network Management Card user guide: snmpv3 commands; docs/accounts/snmp.md
    ("snmp_ups", CLOSED): Mending(
        _("APC management card: a version 3 user, from the agent's address"),
        ADMIN,
        """snmpv3 -S enable
snmpv3 -u1 ACCOUNT -a1 AUTH-PASSPHRASE -c1 PRIVACY-PASSPHRASE -ap1 sha -pp1 aes
snmpv3 -ac1 enable -au1 ACCOUNT -n1 AGENT
reboot""",
        "NMC",
        _("reboot restarts the card only, the UPS goes on. On cards of other makers: the same in their web page."),
    ),
    ("snmp", CLOSED): Mending(
        _("SNMP: is it on, and does it answer the agent?"),
        ADMIN,
        """snmpwalk -v3 -l authPriv -u ACCOUNT -a SHA-256 -A AUTH-PASSPHRASE -x AES -X PRIVACY-PASSPHRASE \\
  ADDRESS 1.3.6.1.2.1.1""",
        "sh",
        _("From a machine beside the agent. A device stays silent at a wrong community or user: not the network then."),
    ),
    # networkupstools.org, upsd.conf(5)
    ("nut", CLOSED): Mending(
        _("NUT: let upsd listen where the agent reaches it"),
        ADMIN,
        """echo 'LISTEN ADDRESS 3493' >> /etc/nut/upsd.conf
systemctl restart nut-server
ufw allow from AGENT to any port 3493 proto tcp""",
        "sh",
    ),
}
