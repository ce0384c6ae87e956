"""The site of the demo as two files, as a technician would write them: inventory and credentials."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.demo.recorded import PASSWORD, USER, WINDOWS_USER, Served, ServedAccess, Site
from tests.peers.ssh_linux import Sshd, missing_sshd


def furnish(site: Site) -> None:
    """Start the peers of all device kinds that this order knows, two of them failing as devices do in life."""
    site.add("fw-1", site.snmp("fortigate_snmp/standalone"), site.cli("fortios/standalone"), roles=("internet-edge",))
    site.add("sw-access", site.snmp("cisco_ios_snmp/access_switch"))
    site.add("sw-core", site.cli("cisco_ios/iosxe_switch"))
    site.add("sw-locked", site.cli("cisco_ios/iosxe_switch", credential="wrong-password"), kind="switch")
    site.add("ups-rack", site.snmp("apc_powernet/smart_ups_on_line"))
    site.add("ups-hall", site.snmp("ups_mib/single_phase"))
    site.add("ups-office", site.nut("nut_ups/usb_ups_asks_for_a_battery"))
    site.add("srv-files", site.windows("windows_server/member_server"))
    site.add("srv-apps", site.windows("windows_server/well_kept"))
    site.add("pc-7", site.windows("windows_workstation/windows_11"))
    site.add("pc-away", site.nobody("winrm", "srv-ro"), kind="windows workstation")
    site.add("this-machine", ServedAccess("local", "localhost", 1, "local"))
    if not missing_sshd():
        site.add("linux-1", _real_linux(site))


def _real_linux(site: Site) -> ServedAccess:
    server = site.stack.enter_context(Sshd())
    site.linux_user, site.linux_key = server.user, Path(server.private_key_path)
    return ServedAccess("ssh", server.address, server.port, "linux-ro")


def write_files(site: Site, folder: Path) -> tuple[Path, Path]:
    """Write site.toml and credentials.toml into a folder; nobody else may read the credentials. Return both paths."""
    inventory, credentials = folder / "site.toml", folder / "credentials.toml"
    inventory.write_text(_inventory(site.devices), encoding="utf-8")
    credentials.touch(mode=0o600)
    credentials.chmod(0o600)
    credentials.write_text(credentials_of(site, folder), encoding="utf-8")
    return inventory, credentials


def _inventory(devices: list[Served]) -> str:
    lines = ['client = "Example Ltd"', 'site = "Head office"', 'time_zone = "Europe/Berlin"', ""]
    for device in devices:
        lines += ["[[device]]", f'name = "{device.name}"']
        lines += [f'class = "{device.device_class}"'] if device.device_class else []
        lines += [f"roles = [{', '.join(f'{role!r}' for role in device.roles)}]"] if device.roles else []
        lines += ["access = [", *(_access(access) for access in device.accesses), "]", ""]
    lines += ['[parameters."servers.free-disk"]', "min_percent = 15", ""]
    lines += ["[statements.printer]", "none = true", 'by = "the TAM"', f"until = {_in_half_a_year()}", ""]
    return "\n".join(lines)


def _access(access: ServedAccess) -> str:
    parts = [f'transport = "{access.transport}"', f'address = "{access.address}"', f"port = {access.port}"]
    parts += [f'driver = "{access.driver}"'] if access.driver else []
    return f'  {{{", ".join(parts)}, credential = "{access.credential}"}},'


def _in_half_a_year() -> str:
    return (datetime.now(UTC) + timedelta(days=180)).date().isoformat()


def credentials_of(site: Site, folder: Path) -> str:
    """Return credentials.toml: every credential that the accesses name."""
    text = f"""
[snmp-ro]
kind = "snmp"
version = "2c"
community = "demo-net"

[net-ro]
kind = "ssh"
user = "{USER}"
password = "{PASSWORD}"

[wrong-password]
kind = "ssh"
user = "{USER}"
password = "not-the-password"

[srv-ro]
kind = "winrm"
user = '{WINDOWS_USER}'
password = "{PASSWORD}"

[nut]
kind = "nut"

[local]
kind = "local"
"""
    if site.linux_key is not None:
        key = folder / "linux_key"
        shutil.copyfile(site.linux_key, key)
        key.chmod(0o600)
        text += f'\n[linux-ro]\nkind = "ssh"\nuser = "{site.linux_user}"\nkey_file = "{key}"\n'
    return text
