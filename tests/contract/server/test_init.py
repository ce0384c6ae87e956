"""`datumline server init`: all that is needed in one go, nothing twice, nothing readable by others."""

import base64
import json
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from collectors.link.sealing import opened, seal
from server.installation import NAME
from tests.peers.datumline_server import EMAIL, PASSWORD, command, made, rows

KEY = re.compile(r"^[A-Za-z0-9+/]{43}=$", re.MULTILINE)


def test_the_folder_and_all_in_it_is_closed_to_others(data: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh" / "data"
    assert made(fresh).returncode == 0
    assert not [path for path in (fresh, *fresh.rglob("*")) if path.stat().st_mode & 0o077]


def test_the_recovery_key_opens_what_is_sealed_and_lies_nowhere_on_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shown = KEY.search(made(folder).stdout)
    assert shown
    public = json.loads((folder / NAME).read_text())["recovery_public_key"]
    private = X25519PrivateKey.from_private_bytes(base64.b64decode(shown[0]))
    assert opened(seal(b"hunter2", public, b"x"), private, b"x") == b"hunter2"
    raw = base64.b64decode(shown[0])
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert shown[0].encode() not in content
        assert raw not in content


def test_a_second_run_keeps_secrets_people_and_key(data: Path) -> None:
    before = (data / NAME).read_bytes()
    again = made(data)
    assert (again.returncode, again.stdout, (data / NAME).read_bytes()) == (0, "", before)
    assert "was shown when it was made" in again.stderr
    assert rows(data, "SELECT email FROM accounts_user") == [(EMAIL,)]


def test_a_new_address_is_kept(data: Path) -> None:
    assert command(data, "init", "--url", "https://datumline.example/").returncode == 0
    assert json.loads((data / NAME).read_text())["public_url"] == "https://datumline.example"


def test_a_weak_password_is_refused_and_nobody_is_added(tmp_path: Path) -> None:
    words = ("init", "--email", EMAIL, "--name", "Ada", "--password-stdin")
    ended = command(tmp_path / "data", *words, stdin="short\n")
    assert (ended.returncode, "at least 15" in ended.stderr) == (2, True)
    assert rows(tmp_path / "data", "SELECT count(*) FROM accounts_user") == [(0,)]


def test_a_run_that_was_refused_goes_on_where_it_stopped(tmp_path: Path) -> None:
    assert command(tmp_path / "data", "init").returncode == 2
    assert KEY.search(made(tmp_path / "data").stdout)


def test_without_a_password_there_is_a_link(tmp_path: Path) -> None:
    ended = command(tmp_path / "data", "init", "--email", EMAIL, "--name", "Ada", "--link")
    assert re.search(r"^http://localhost:8000/set-password/[\w-]{40,}/$", ended.stdout, re.MULTILINE)


def test_the_recovery_key_can_go_into_a_new_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    words = ("init", "--email", EMAIL, "--name", "Ada", "--password-stdin", "--recovery-key-file", str(file))
    ended = command(tmp_path / "data", *words, stdin=f"{PASSWORD}\n")
    assert (ended.returncode, ended.stdout, file.stat().st_mode & 0o777) == (0, "", 0o600)
    assert KEY.search(file.read_text())


def test_a_file_that_is_there_is_not_overwritten_and_no_key_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    file.write_text("precious")
    words = ("init", "--email", EMAIL, "--name", "Ada", "--password-stdin", "--recovery-key-file", str(file))
    ended = command(tmp_path / "data", *words, stdin=f"{PASSWORD}\n")
    assert (ended.returncode, file.read_text()) == (2, "precious")
    assert json.loads((tmp_path / "data" / NAME).read_text())["recovery_public_key"] == ""


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    address = "postgresql://datumline:hunter2@127.0.0.1:1/datumline"
    ended = made(tmp_path / "data", DATABASE_URL=address)
    assert (ended.returncode, "hunter2" in ended.stdout + ended.stderr) == (2, False)
    assert "DATABASE_URL" in ended.stderr


def test_people_are_added_listed_reset_and_deactivated(data: Path) -> None:
    added = command(data, "user", "add", "Tom@msp.test", "--name", "Tom", "--role", "tam")
    assert "/set-password/" in added.stdout
    assert "Roles: administrator" in command(data, "user", "add", "x@msp.test", "--name", "X", "--role", "king").stderr
    assert "/set-password/" in command(data, "user", "reset", "tom@msp.test").stdout
    assert command(data, "user", "deactivate", "tom@msp.test").returncode == 0
    listed = command(data, "user", "list").stdout.splitlines()
    assert [line.split("\t")[:5] for line in listed] == [
        [EMAIL, "Ada", "administrator", "all clients", "active"],
        ["tom@msp.test", "Tom", "tam", "all clients", "deactivated"],
    ]
    assert "last administrator" in command(data, "user", "deactivate", EMAIL).stderr


def test_the_audit_log_is_verified_and_exported(data: Path) -> None:
    assert command(data, "audit", "verify").returncode == 0
    rows(data, "DROP TRIGGER audit_no_update")
    rows(data, "UPDATE accounts_auditentry SET actor = 'somebody else'")
    ended = command(data, "audit", "verify")
    assert (ended.returncode, "was changed" in ended.stderr) == (7, True)
    assert "triggers" in ended.stderr
    exported = [json.loads(line) for line in command(data, "audit", "export").stdout.splitlines()]
    assert [one["action"] for one in exported] == ["person added"]
