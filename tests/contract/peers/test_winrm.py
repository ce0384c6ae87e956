"""The WinRM peer, used with pywinrm and with envelopes written by hand."""

import base64
import hashlib
import http.client
import socket
import ssl
import uuid
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
import requests
from defusedxml.ElementTree import fromstring
from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError, WSManFaultError
from winrm.protocol import Protocol

from tests.peers.winrm import MISCHIEF, ShellAnswer, WinrmPeer
from tests.peers.winrm_logon import user_of
from tests.peers.winrm_mischief import HTTP_MISCHIEF

USERS = {r"EXAMPLE\svc-audit": "S3cret!pw", "local": "local-pw"}
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
# An envelope after MS-WSMV section 4, with prefixes of our own: a server may not depend on a client's prefixes.
ENVELOPE = """<?xml version="1.0"?>
<E:Envelope xmlns:E="http://www.w3.org/2003/05/soap-envelope" xmlns:A="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:M="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:R="{windows}"><E:Header><A:Action>{action}</A:Action>
<A:MessageID>uuid:{message}</A:MessageID><M:OperationTimeout>PT0.2S</M:OperationTimeout>
<M:SelectorSet><M:Selector Name="ShellId">{shell_id}</M:Selector></M:SelectorSet>
<M:OptionSet><M:Option Name="WINRS_CODEPAGE">65001</M:Option></M:OptionSet></E:Header>
<E:Body>{body}</E:Body></E:Envelope>"""


def shout(command_line: str, arguments: tuple[str, ...], stdin_text: str) -> ShellAnswer:
    return ShellAnswer(stdout=stdin_text.upper().encode(), stderr=command_line.encode(), exit_code=len(arguments))


class HandMade:
    """A client of this file's own: http.client, Basic, and envelopes from the template above."""

    def __init__(self, peer: WinrmPeer, context: ssl.SSLContext | None = None) -> None:
        if context is None:
            self.http = http.client.HTTPConnection(peer.address, peer.port, timeout=10)
        else:
            self.http = http.client.HTTPSConnection(peer.address, peer.port, timeout=10, context=context)
        self.shell_id = ""

    def post(self, action: str, body: str = "", logon: str = "local:local-pw") -> tuple[int, str]:
        """Returns HTTP status and body."""
        text = ENVELOPE.format(windows=SHELL, action=action, message=uuid.uuid4(), shell_id=self.shell_id, body=body)
        headers = {"Authorization": f"Basic {base64.b64encode(logon.encode()).decode()}"} if logon else {}
        self.http.request("POST", "/wsman", text.encode(), headers | {"Content-Type": "application/soap+xml"})
        answer = self.http.getresponse()
        return answer.status, answer.read().decode()

    def call(self, word: str, body: str = "") -> Element:
        """Returns the answer's envelope to a shell operation."""
        namespace = "http://schemas.xmlsoap.org/ws/2004/09/transfer" if word in ("Create", "Delete") else SHELL
        envelope = fromstring(self.post(f"{namespace}/{word}", body)[1])
        assert isinstance(envelope, Element)
        return envelope


def streams(envelope: Element) -> list[tuple[str | None, bytes, str | None]]:
    """Returns name, octets and end mark of each stream."""
    found = envelope.iter(f"{{{SHELL}}}Stream")
    return [(one.get("Name"), base64.b64decode(one.text or ""), one.get("End")) for one in found]


def pywinrm(peer: WinrmPeer, user: str = "local", password: str = "local-pw", **settings: object) -> Protocol:
    """Returns a pywinrm client with short waits."""
    options = {
        "transport": "ntlm",
        "operation_timeout_sec": 1,
        "read_timeout_sec": 3,
        "ca_trust_path": None,
        "proxy": None,
    }
    return Protocol(peer.url, username=user, password=password, **(options | settings))  # type: ignore[arg-type]


def run_script(client: Protocol, script: str, piece_bytes: int = 8000) -> tuple[bytes, bytes, int]:
    """Returns what a script gives that goes through standard input in pieces."""
    shell = client.open_shell(codepage=65001)
    command = client.run_command(shell, "powershell", ["-NoProfile", "-EncodedCommand", "AAAA"])
    octets = script.encode()
    starts = range(0, len(octets), piece_bytes)
    for start in starts:
        client.send_command_input(shell, command, octets[start : start + piece_bytes], end=start == starts[-1])
    output = client.get_command_output(shell, command)
    client.cleanup_command(shell, command)
    client.close_shell(shell)
    return output


@pytest.mark.parametrize("user", USERS)
def test_pywinrm_sends_a_script_through_sealed_stdin(user: str) -> None:
    script = "write-output grün\n" * 1500
    with WinrmPeer(shout, users=USERS) as peer:
        assert run_script(pywinrm(peer, user, USERS[user]), script) == (script.upper().encode(), b"powershell", 1)
        assert peer.received == ["Create", "Command", *["Send"] * 4, "Receive", "Signal", "Delete"]
        assert [(logon.user, logon.accepted) for logon in peer.logons] == [(user, True)]
        assert (peer.scripts, peer.unsealed_count, peer.open_shell_count) == ([script], 0, 0)


def test_an_unsealed_envelope_is_counted() -> None:
    with WinrmPeer(shout, users=USERS) as peer:
        run_script(pywinrm(peer, message_encryption="never"), "x")
        assert peer.unsealed_count == 6


@pytest.mark.parametrize("transport", ["ntlm", "basic"])
def test_pywinrm_works_inside_tls(transport: str, tmp_path: Path) -> None:
    with WinrmPeer(shout, users=USERS, tls=True, basic=True) as peer:
        assert peer.certificate is not None
        authority = str(peer.certificate.write_authority(tmp_path))
        assert run_script(pywinrm(peer, transport=transport, ca_trust_path=authority), "x")[0] == b"X"


@pytest.mark.parametrize("user", ["local", r"EXAMPLE\svc-audit", r"EXAMPLE\nobody"])
def test_a_wrong_password_is_one_refused_logon(user: str) -> None:
    with WinrmPeer(shout, users=USERS) as peer:
        with pytest.raises(InvalidCredentialsError):
            pywinrm(peer, user, "wrong").open_shell()
        assert [(logon.user, logon.accepted) for logon in peer.logons] == [(user, False)]


def test_a_certificate_nobody_vouches_for_is_not_accepted() -> None:
    with WinrmPeer(shout, users=USERS, tls=True) as peer:
        with pytest.raises(requests.exceptions.SSLError):
            pywinrm(peer).open_shell()
        assert (peer.logons, peer.received) == ([], [])


def test_the_thumbprint_is_the_certificates_and_changes_with_it() -> None:
    with WinrmPeer(shout, users=USERS, tls=True) as peer:
        assert peer.certificate is not None
        seen = []
        for _ in range(2):
            pem = ssl.get_server_certificate((peer.address, peer.port), timeout=5)
            seen.append(hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() == peer.thumbprint)
            peer.certificate.rotate()
        before = peer.thumbprint
        peer.certificate.rotate()
    assert (seen, before != peer.thumbprint) == ([True, True], True)


def test_large_output_comes_in_pieces() -> None:
    answer = ShellAnswer(stdout=b"o" * 150_000, stderr=b"e" * 70_000, exit_code=5)
    with WinrmPeer(lambda *_: answer, users=USERS) as peer:
        assert run_script(pywinrm(peer), "x") == (answer.stdout, answer.stderr, 5)
        assert peer.received.count("Receive") == 4


def test_a_slow_command_gives_time_out_faults_first() -> None:
    with WinrmPeer(lambda *_: ShellAnswer(stdout=b"late", after_s=0.5), users=USERS, basic=True) as peer:
        client = HandMade(peer)
        client.shell_id = _shell_id(client.call("Create"))
        command = _command_id(client.call("Command", "<R:CommandLine><R:Command>x</R:Command></R:CommandLine>"))
        receive = f'<R:Receive><R:DesiredStream CommandId="{command}">stdout stderr</R:DesiredStream></R:Receive>'
        first = client.post(f"{SHELL}/Receive", receive)
        while 'Code="2150858793"' in (answer := client.post(f"{SHELL}/Receive", receive)[1]):
            pass
        client.http.close()
    assert (first[0], 'Code="2150858793"' in first[1]) == (500, True)
    assert streams(fromstring(answer))[0] == ("stdout", b"late", None)


def test_hand_made_envelopes_run_a_command_whose_input_must_end() -> None:
    with WinrmPeer(shout, users=USERS, basic=True) as peer:
        client = HandMade(peer)
        client.shell_id = _shell_id(client.call("Create"))
        line = "<R:CommandLine><R:Command>sort</R:Command><R:Arguments>/r</R:Arguments></R:CommandLine>"
        command = _command_id(client.call("Command", line))
        receive = f'<R:Receive><R:DesiredStream CommandId="{command}">stdout stderr</R:DesiredStream></R:Receive>'
        send = '<R:Send><R:Stream Name="stdin" CommandId="{}"{}>{}</R:Stream></R:Send>'
        client.call("Send", send.format(command, "", base64.b64encode(b"one ").decode()))
        waiting = client.post(f"{SHELL}/Receive", receive)[1]
        client.call("Send", send.format(command, ' End="true"', base64.b64encode(b"two").decode()))
        done = client.call("Receive", receive)
        client.call("Signal", f'<R:Signal CommandId="{command}"><R:Code>{SHELL}/signal/terminate</R:Code></R:Signal>')
        client.call("Delete")
        client.http.close()
        assert 'Code="2150858793"' in waiting
        expected = [("stdout", b"ONE TWO", None), ("stderr", b"sort", None), ("stdout", b"", "true")]
        assert streams(done) == [*expected, ("stderr", b"", "true")]
        assert [done.findtext(f".//{{{SHELL}}}ExitCode"), peer.commands[0].signals] == ["1", ["terminate"]]
        assert peer.open_shell_count == 0


def test_an_answer_names_the_message_it_answers() -> None:
    with WinrmPeer(shout, users=USERS, basic=True) as peer:
        client = HandMade(peer)
        message = uuid.uuid4()
        text = ENVELOPE.format(windows=SHELL, action="x/Create", message=message, shell_id="", body="")
        headers = {"Authorization": f"Basic {base64.b64encode(b'local:local-pw').decode()}"}
        client.http.request("POST", "/wsman", text.encode(), headers)
        answer = client.http.getresponse().read().decode()
        client.http.close()
    assert f"<a:RelatesTo>uuid:{message}</a:RelatesTo>" in answer


def test_without_a_logon_the_schemes_are_offered() -> None:
    with WinrmPeer(shout, users=USERS, basic=True) as peer:
        answer = requests.post(peer.url, data=b"", timeout=5)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Negotiate, Basic realm="WSMAN"')


def test_a_shell_that_is_gone_is_a_fault() -> None:
    with WinrmPeer(shout, users=USERS) as peer, pytest.raises(WSManFaultError) as caught:
        pywinrm(peer).run_command(str(uuid.uuid4()), "x")
    assert caught.value.wsman_fault_code == 2150858843


def test_a_line_longer_than_cmd_takes_is_refused_by_cmd() -> None:
    with WinrmPeer(shout, users=USERS) as peer:
        client = pywinrm(peer)
        shell = client.open_shell()
        output = client.get_command_output(shell, client.run_command(shell, "x" * 8192))
    assert output == (b"", b"The command line is too long.\r\n", 1)


def test_a_body_that_is_no_envelope_is_refused() -> None:
    with WinrmPeer(shout, users=USERS, basic=True) as peer:
        answer = requests.post(peer.url, data=b"<x", auth=("local", "local-pw"), timeout=5)
        assert (answer.status_code, peer.received) == (400, ["not an envelope"])


@pytest.mark.parametrize("mischief", MISCHIEF)
def test_no_mischief_gives_a_finished_command(mischief: str) -> None:
    with WinrmPeer(shout, users=USERS, basic=True, mischief=mischief) as peer:
        client = HandMade(peer)
        client.shell_id = _shell_id(client.call("Create"))
        command = _command_id(client.call("Command", "<R:CommandLine><R:Command>x</R:Command></R:CommandLine>"))
        receive = f'<R:Receive><R:DesiredStream CommandId="{command}">stdout stderr</R:DesiredStream></R:Receive>'
        text = ENVELOPE.format(windows=SHELL, action="/Receive", message="1", shell_id=client.shell_id, body=receive)
        logon = base64.b64encode(b"local:local-pw").decode()
        head = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {logon}\r\nContent-Length: {len(text)}\r\n\r\n"
        client.http.close()
        with socket.create_connection((peer.address, peer.port)) as tcp:
            tcp.sendall((head + text).encode())
            tcp.settimeout(0.3)
            try:
                seen = tcp.recv(100_000)
            except TimeoutError:
                seen = b""
    assert not (b"CommandState/Done" in seen and b"<rsp:ExitCode>0<" in seen and b"%%%" not in seen)


@pytest.mark.parametrize("mischief", HTTP_MISCHIEF)
def test_http_mischief_can_come_before_the_logon(mischief: str) -> None:
    with WinrmPeer(shout, users=USERS, basic=True, mischief=mischief, mischief_at="logon") as peer:
        with socket.create_connection((peer.address, peer.port)) as tcp:
            tcp.sendall(b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            tcp.settimeout(0.2)
            try:
                seen = tcp.recv(1000)
            except TimeoutError:
                seen = b""
        assert not seen.startswith(b"HTTP/1.1 401")
        assert (peer.logons, peer.received) == ([], ["request"])


def test_pywinrm_leaves_an_endless_time_out_to_its_caller() -> None:
    with WinrmPeer(shout, users=USERS, mischief="timeout_for_ever") as peer:
        client = pywinrm(peer)
        shell = client.open_shell()
        command = client.run_command(shell, "x")
        with pytest.raises(WinRMOperationTimeoutError):
            client.get_command_output_raw(shell, command)


def test_the_user_of_an_ntlm_message_is_read_from_its_fields() -> None:
    domain, user = "EXAMPLE".encode("utf-16-le"), "svc".encode("utf-16-le")
    fields = b"".join(
        len(text).to_bytes(2, "little") * 2 + offset.to_bytes(4, "little")
        for text, offset in ((b"", 64), (b"", 64), (domain, 64), (user, 64 + len(domain)))
    )
    assert user_of(b"NTLMSSP\0\x03\0\0\0" + fields + bytes(20) + domain + user) == r"EXAMPLE\svc"


def _shell_id(envelope: Element) -> str:
    return next(one.text or "" for one in envelope.iter() if one.get("Name") == "ShellId")


def _command_id(envelope: Element) -> str:
    return envelope.findtext(f".//{{{SHELL}}}CommandId") or ""
