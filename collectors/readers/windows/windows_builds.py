"""The name of a Windows release by its build number, where a host tells no more (Microsoft's lists)."""

SERVERS = {
    3790: "Windows Server 2003",
    6001: "Windows Server 2008",
    6002: "Windows Server 2008",
    6003: "Windows Server 2008",
    7600: "Windows Server 2008 R2",
    7601: "Windows Server 2008 R2",
    9200: "Windows Server 2012",
    9600: "Windows Server 2012 R2",
    14393: "Windows Server 2016",
    17763: "Windows Server 2019",
    20348: "Windows Server 2022",
    25398: "Windows Server 23H2",
    26100: "Windows Server 2025",
}
WORKSTATIONS = {
    2600: "Windows XP",
    6002: "Windows Vista",
    7600: "Windows 7",
    7601: "Windows 7",
    9200: "Windows 8",
    9600: "Windows 8.1",
}
WINDOWS_10 = range(10240, 22000)
WINDOWS_11 = range(22000, 30000)


def product(build: int, server: bool) -> str | None:
    """Return 'Windows Server 2019' or 'Windows 10'; None for a build that is not known."""
    if server:
        return SERVERS.get(build)
    if build in WINDOWS_10:
        return "Windows 10"
    return "Windows 11" if build in WINDOWS_11 else WORKSTATIONS.get(build)
