"""The shell commands that read a Linux machine: read only, in words that every POSIX shell knows.

Those that need root run as they are for root and through `sudo -n` for others, which never asks for a password. Where a
part may be missing by nature its errors are dropped; everywhere else they make the gap.
"""


def as_root(command: str) -> str:
    """Return a command that runs with the rights of root, if sudo gives them without a password."""
    return f'[ "$(id -u)" = 0 ] && s= || s="sudo -n"; $s {command}'


OS_RELEASE = "cat /etc/os-release"
KERNEL = "uname -n -r"
UPTIME = "cat /proc/uptime"
PROCESSOR = "grep '^cpu ' /proc/stat; sleep 1; grep '^cpu ' /proc/stat"
MEMORY = "cat /proc/meminfo"
MACHINE = (
    "grep -s . /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name /sys/class/dmi/id/product_serial"
    " /sys/class/dmi/id/product_uuid /sys/class/dmi/id/chassis_type /etc/machine-id"
)
VIRTUAL = "systemd-detect-virt"
# Local ones only: a share whose server is away would hold the command. Views that may not be looked at are left out.
VOLUMES = "df -P -T -B1 -l 2>/dev/null"
INODES = "df -P -i -l 2>/dev/null"

LOGIN_DEFS = "grep -E '^[[:space:]]*PASS_' /etc/login.defs"
PAM = (
    "grep -shE '^[[:space:]]*-?(auth|password)[[:space:]]' /etc/pam.d/common-password /etc/pam.d/common-auth"
    " /etc/pam.d/system-auth /etc/pam.d/password-auth"
)
# pwquality.conf(5): the files of the folder come first, so that the main one wins.
PWQUALITY = "cat /etc/security/pwquality.conf.d/*.conf /etc/security/pwquality.conf 2>/dev/null"
FAILLOCK = "cat /etc/security/faillock.conf 2>/dev/null"
ACCOUNTS = "cut -d: -f1,3,7 /etc/passwd"
# Of a password only how it is stored; the hash stays where it is.
PASSWORDS = as_root(
    'awk -F: \'{k=$2; if (k=="") k="none"; else if (k ~ /^[!*]/) k="locked"; else if (k ~ /^[$]/)'
    ' {split(k,p,"$"); k=p[2]} else k="des"; print $1":"k":"$3":"$5}\' /etc/shadow'
)
GROUPS = "cut -d: -f1,4 /etc/group"
SUDOERS = as_root("grep -rhs . /etc/sudoers /etc/sudoers.d")
SSHD = as_root("sshd -T")
# sshd -T shows the settings outside of Match blocks: what these allow to some users or networks stands in the files.
SSHD_FILES = as_root("grep -rhs . /etc/ssh/sshd_config /etc/ssh/sshd_config.d")

UFW = as_root("ufw status verbose")
FIREWALLD = as_root("firewall-cmd --list-all")
NFT = as_root("nft list ruleset")
IPTABLES = as_root("iptables -S INPUT")

CLOCK = "timedatectl show"
TIMESYNCD = "timedatectl show-timesync"
CHRONY = "chronyc -n tracking"
CHRONY_SERVERS = (
    "cat /etc/chrony.conf /etc/chrony/chrony.conf /etc/chrony.d/*.conf /etc/chrony/conf.d/*.conf"
    " /etc/chrony/sources.d/*.sources 2>/dev/null | grep -E '^[[:space:]]*(server|pool|peer)[[:space:]]'"
)
NTPD = "ntpq -pn"

# From what the machine has already fetched: nothing here goes over the network.
APT_PENDING = "apt-get -s -o Debug::NoLocking=true dist-upgrade"
# The time of a list is the archive's own: it was fetched then or later.
APT_LISTS_AT = (
    "find /var/lib/apt/lists /var/lib/apt/periodic -maxdepth 1"
    " '(' -name '*Release' -o -name update-success-stamp ')' -printf '%T@\\n'"
)
APT_CHANGED_AT = "stat -c %Y /var/lib/dpkg/status"
APT_AUTOMATIC = "apt-config dump APT::Periodic::Unattended-Upgrade"
DNF_PENDING = "dnf -q -C updateinfo list --security"
DNF_LISTS_AT = "find /var/cache/dnf -name repomd.xml -printf '%T@\\n'"
DNF_CHANGED_AT = "rpm -qa --qf '%{INSTALLTIME}\\n' | sort -n | tail -n 1"
DNF_AUTOMATIC = "grep -sE '^[[:space:]]*apply_updates' /etc/dnf/automatic.conf"
TIMERS = "systemctl list-unit-files --no-legend --no-pager 'apt-daily-upgrade.timer' 'dnf-automatic*.timer'"
RESTART = "needs-restarting -r"
RESTART_FILE = "if [ -e /run/reboot-required ]; then echo yes; else echo no; fi"
KERNELS = "ls -1 /boot"

SERVICES = "systemctl list-units --type=service --all --no-legend --plain --no-pager"
STARTS = "systemctl list-unit-files --type=service --no-legend --no-pager"
RSYSLOG_FILE = "/etc/rsyslog.conf"
RSYSLOG = f"cat {RSYSLOG_FILE} && cat /etc/rsyslog.d/*.conf 2>/dev/null"
LOG_SENDERS = (
    f"ls -1d {RSYSLOG_FILE} /etc/syslog-ng /etc/systemd/journal-upload.conf /etc/nxlog.conf /etc/fluent-bit"
    " /etc/filebeat /etc/vector /opt/splunkforwarder 2>/dev/null"
)
JOURNAL = (
    "cat /usr/lib/systemd/journald.conf.d/*.conf /etc/systemd/journald.conf /etc/systemd/journald.conf.d/*.conf"
    " 2>/dev/null; [ -d /var/log/journal ] && echo kept=yes || echo kept=no"
)

ASKS = (
    OS_RELEASE, KERNEL, UPTIME, PROCESSOR, MEMORY, MACHINE, VIRTUAL, VOLUMES, INODES,
    LOGIN_DEFS, PAM, PWQUALITY, FAILLOCK, ACCOUNTS, PASSWORDS, GROUPS, SUDOERS, SSHD, SSHD_FILES,
    UFW, FIREWALLD, NFT, IPTABLES, CLOCK, TIMESYNCD, CHRONY, CHRONY_SERVERS, NTPD,
    APT_PENDING, APT_LISTS_AT, APT_CHANGED_AT, APT_AUTOMATIC, DNF_PENDING, DNF_LISTS_AT, DNF_CHANGED_AT, DNF_AUTOMATIC,
    TIMERS, RESTART, RESTART_FILE, KERNELS, SERVICES, STARTS, LOG_SENDERS, RSYSLOG, JOURNAL,
)  # fmt: skip

NEEDS = {
    "volumes": "any account: df",
    "os": "any account",
    "services": "any account: systemctl",
    "patch": "any account: apt-get -s, or dnf -C; nothing is fetched",
    "sshd": "root, or sudo without a password for: sshd -T, grep -rhs . /etc/ssh/sshd_config /etc/ssh/sshd_config.d",
    "host_firewall": "root, or sudo without a password for: ufw status verbose, nft list ruleset, iptables -S INPUT",
    "accounts": "any account; how passwords are stored needs root, or sudo for awk on /etc/shadow",
    "admins": "root, or sudo without a password for: grep -rhs . /etc/sudoers /etc/sudoers.d",
    "password_policy": "any account",
    "lockout": "any account",
    "logging": "any account where /etc/rsyslog.conf is readable",
}
