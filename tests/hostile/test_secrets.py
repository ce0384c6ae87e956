"""A canary for every kind of secret, through success and failure: it goes to its device and nowhere else."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from datumline import cli
from tests.contract.ssh.devices import REPLIES
from tests.peers.cli_styles import CISCO_IOS
from tests.peers.net_snmp import NetSnmpd, missing_snmpd
from tests.peers.nut import NutPeer
from tests.peers.ports import free_port
from tests.peers.snmp import SnmpV3User
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_cli import SshCliPeer
from tests.peers.winrm import ShellAnswer, WinrmPeer

ROOT: Final = Path(__file__).parents[2]
KINDS: Final = (
    "community-v1", "community-v2c", "auth-key", "privacy-key", "ssh-password", "passphrase", "enable", "winrm", "nut",
)  # fmt: skip
CANARY: Final = {kind: f"Kan{number}ry.{kind}.7f3a" for number, kind in enumerate(KINDS)}
WRONG: Final = {kind: f"Wr{number}ng.{kind}.91c5" for number, kind in enumerate(KINDS)}
START: Final = (
    "import sys; from collectors import access;"
    "access.DEFAULT_TIMEOUTS_S.update(dict.fromkeys(access.DEFAULT_TIMEOUTS_S, 8));"
    "from datumline.cli import main; main()"
)
UPS: Final = "ups.status: OL\nbattery.charge: 100\nbattery.runtime: 1740\n"


@dataclass
class Seen:
    """Everything that came of the runs."""

    written: dict[str, bytes] = field(default_factory=dict)
    """By name: stdout, stderr, each file below the folder but those that a person wrote."""
    processes: list[bytes] = field(default_factory=list)
    """Command line and environment of every process of ours, as often as one looked."""
    reasons: str = ""


def credentials(key_file: Path) -> str:
    """Return the credentials with the right secrets, and each again with a wrong one under '-wrong'."""
    parts = []
    for suffix, secret in (("", CANARY), ("-wrong", WRONG)):
        v3 = f'auth = "SHA-1"\nauth_key = "{secret["auth-key"]}"\n'
        v3 += f'privacy = "AES-128"\nprivacy_key = "{secret["privacy-key"]}"\n'
        parts += [
            f'[v1{suffix}]\nkind = "snmp"\nversion = "1"\ncommunity = "{secret["community-v1"]}"\n',
            f'[v2c{suffix}]\nkind = "snmp"\nversion = "2c"\ncommunity = "{secret["community-v2c"]}"\n',
            f'[v3{suffix}]\nkind = "snmp"\nversion = "3"\nuser = "ro{suffix}"\n{v3}',
            f'[ssh{suffix}]\nkind = "ssh"\nuser = "a{suffix}"\npassword = "{secret["ssh-password"]}"\n'
            f'enable_password = "{secret["enable"]}"\n',
            f'[key{suffix}]\nkind = "ssh"\nuser = "k{suffix}"\nkey_file = "{key_file}"\n'
            f'passphrase = "{secret["passphrase"]}"\n',
            f'[winrm{suffix}]\nkind = "winrm"\nuser = "svc{suffix}"\npassword = "{secret["winrm"]}"\nscheme = "http"\n',
            f'[basic{suffix}]\nkind = "winrm"\nuser = "b{suffix}"\npassword = "{secret["winrm"]}"\nauth = "basic"\n',
            f'[nut{suffix}]\nkind = "nut"\nuser = "n{suffix}"\npassword = "{secret["nut"]}"\n',
        ]
    parts.append(
        f'[enable-wrong]\nkind = "ssh"\nuser = "a"\npassword = "{CANARY["ssh-password"]}"\n'
        f'enable_password = "{WRONG["enable"]}"\n'
    )
    return "".join(parts)


def key_pair(folder: Path) -> tuple[Path, str]:
    key, path = ed25519.Ed25519PrivateKey.generate(), folder / "key"
    sealed = serialization.BestAvailableEncryption(CANARY["passphrase"].encode())
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, sealed))
    path.chmod(0o600)
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return path, public.decode()


def devices(keep: ExitStack, public: str) -> list[tuple[str, str, str, int, str]]:
    """Start the peers; return name, transport, address, port and credential of each access."""
    mib = snmprec("1.3.6.1.2.1.1.1.0|4|UPS\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n1.3.6.1.2.1.1.5.0|4|u1\n")
    told: list[tuple[str, str, str, int, str]] = []

    def add(transport: str, peer: Any, *names: str) -> None:
        told.extend((f"d{len(told) + n}", transport, peer.address, peer.port, name) for n, name in enumerate(names))

    def start(peer: Any) -> Any:
        return keep.enter_context(peer)

    def cisco(mischief: str | None = None, **more: Any) -> Any:
        return start(
            SshCliPeer(
                CISCO_IOS, REPLIES, user="a", password=CANARY["ssh-password"], enable_secret=CANARY["enable"],
                starts_enabled=False, mischief=mischief, **more,
            )
        )  # fmt: skip

    def windows(**more: Any) -> Any:
        run = lambda line, arguments, text: ShellAnswer(stdout=b"no document")  # noqa: E731
        return start(WinrmPeer(run, users={"svc": CANARY["winrm"], "b": CANARY["winrm"]}, **more))

    add("snmp", start(SnmpAgent(mib, community=CANARY["community-v1"])), "v1")
    add("snmp", start(SnmpAgent(mib, community=CANARY["community-v2c"])), "v2c")
    add("snmp", start(SnmpAgent(mib, community=CANARY["community-v2c"])), "v2c-wrong")
    add("snmp", start(SnmpAgent(mib, community=CANARY["community-v2c"], mischief="random")), "v2c")
    add("ssh", cisco(), "ssh")
    add("ssh", cisco(), "ssh-wrong")
    add("ssh", cisco(), "enable-wrong")
    add("ssh", cisco("close_in_output"), "ssh")
    add("ssh", start(SshCliPeer(CISCO_IOS, REPLIES, user="k", login="publickey", authorized_key=public)), "key")
    add(
        "ssh",
        start(SshCliPeer(CISCO_IOS, REPLIES, user="k-wrong", login="publickey", authorized_key=public)),
        "key-wrong",
    )
    add("winrm", windows(), "winrm")
    add("winrm", windows(), "winrm-wrong")
    add("winrm", windows(tls=True, ntlm=False, basic=True), "basic")
    add("winrm", windows(tls=True, ntlm=False, basic=True), "basic-wrong")
    add("nut", start(NutPeer({"ups": UPS}, users={"n": CANARY["nut"]}, login_needed=True)), "nut")
    add("nut", start(NutPeer({"ups": UPS}, users={"n": CANARY["nut"]}, login_needed=True)), "nut-wrong")
    if not missing_snmpd():
        user = SnmpV3User("ro", "SHA", CANARY["auth-key"], "AES", CANARY["privacy-key"])
        agent = start(NetSnmpd(v3_users=[user]))
        add("snmp", agent, "v3")
        add("snmp", agent, "v3-wrong")
    closed = free_port("127.0.0.1", kind="tcp")
    told.extend(
        (f"c{number}", transport, "127.0.0.1", closed, name)
        for number, (transport, name) in enumerate(
            (("ssh", "ssh"), ("winrm", "winrm"), ("nut", "nut"), ("snmp", "v3"), ("snmp", "v1"))
        )
    )
    return told


def run(folder: Path, seen: Seen, *arguments: str) -> None:
    """Run a command with its log at DEBUG, look at its processes while it runs, and keep what it writes."""
    environment = {
        **os.environ,
        "DATUMLINE_LOG": "DEBUG",
        "DATUMLINE_STATE_DIR": str(folder / "state"),
        "XDG_STATE_HOME": str(folder / "log"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", START, *arguments]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=err)
        while process.poll() is None:
            seen.processes += _looked_at(process.pid)
            time.sleep(0.2)
    name = " ".join(word for word in arguments if len(word) < 20)
    for stream in ("out", "err"):
        seen.written[f"{stream} of {name}"] = (folder / stream).read_bytes()


def _looked_at(pid: int) -> list[bytes]:
    told = []
    try:
        ours = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []
    for process in ours:
        for file in ("cmdline", "environ"):
            try:
                told.append(Path(f"/proc/{process.pid}/{file}").read_bytes())
            except OSError:
                continue
    return told


def seen(folder: Path) -> Seen:
    """Return all that came of an assessment and of three recordings over these peers."""
    found = Seen()
    with ExitStack() as keep:
        key_file, public = key_pair(folder)
        given = folder / "credentials.toml"
        given.touch(mode=0o600)
        given.write_text(credentials(key_file), encoding="utf-8")
        site = folder / "site.toml"
        rows = devices(keep, public)
        drivers = {"snmp": "ups_mib", "ssh": "cisco_ios", "winrm": "windows_server", "nut": "nut_ups"}
        lines = [
            f'[[device]]\nname = "{name}"\naccess = [{{transport = "{transport}", address = "{address}", port = {port},'
            f' credential = "{credential}", driver = "{drivers[transport]}"}}]\n'
            for name, transport, address, port, credential in rows
        ]
        site.write_text('client = "Example"\nsite = "Office"\n' + "".join(lines), encoding="utf-8")
        known = ("--credentials", str(given))
        run(folder, found, "assess", str(site), *known, "--format", "json", "--output", str(folder / "verdicts.json"))
        of = {row[4]: row for row in rows}
        for credential in ("ssh", "nut", "v2c"):
            where = (of[credential][2], "--port", str(of[credential][3]), *known, "--credential", credential)
            output = ("--output", str(folder / f"{credential}.yaml"))
            run(folder, found, "record", *where, *output, "--driver", drivers[of[credential][1]])
    for file in folder.rglob("*"):
        if file.is_file() and file not in {given, key_file, site}:
            found.written[str(file.relative_to(folder))] = file.read_bytes()
    found.reasons = (folder / "verdicts.json").read_text(encoding="utf-8")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.timeout(240)
def test_a_secret_stands_in_no_output_log_file_command_line_or_environment(tmp_path: Path) -> None:
    found = seen(tmp_path)
    wanted = ("access denied", "unreachable", "unexpected reply", '"read": true')
    assert [word for word in wanted if word not in found.reasons] == [], "the run did not meet every outcome"
    assert len(found.processes) > 10
    secrets = [*CANARY.values(), *WRONG.values()]
    canaries = [secret.encode(coding) for secret in secrets for coding in ("utf-8", "utf-16-le")]
    assert [name for name, content in found.written.items() for canary in canaries if canary in content] == []
    assert [told for told in found.processes for canary in canaries if canary in told] == []


def test_the_words_of_a_defect_stay_out_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def defect() -> None:
        raise ValueError(f"it is {CANARY['winrm']}")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("agent.cli.drivers.all_drivers", defect)
    assert cli.run(["drivers"]) == 1
    (log,) = tmp_path.rglob("defects.log")
    told = log.read_text(encoding="utf-8")
    assert ("ValueError" in told, "in defect" in told) == (True, True)
    assert CANARY["winrm"] not in told + capsys.readouterr().err
