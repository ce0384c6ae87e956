"""Backup and restore: while the server works, onto another machine, of yesterday, and of a broken file."""

import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from server.installation import NAME
from tests.peers.datumline_server import command, made, rows, serving
from tests.peers.postgresql import PostgreSQL, binaries

AGENT = """INSERT INTO agents_agent (uid, site_id, name, state, signing_key, sealing_key, former_signing_key, epoch,
 counter, enrolled_at, decided_by, version, platform, boot_id, seen_from, policy, spool, on_hold, drivers, transports,
 local_credentials, held_credentials, refused, allowance, allowance_at)
 VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV', 1, 'agent', 'approved', 'key', 'key', '', 1, ?, '2026-11-21', '', '', '', '', '',
 '{}', '{}', '[]', '{}', '[]', '[]', '{}', '{}', 60, '2026-11-21')"""
CLIENT = """INSERT INTO clients_client (id, uid, name, time_zone, state, note, made_at)
 VALUES (1, '01ARZ3NDEKTSV4RRFFQ69G5FAA', 'Kestrel Joinery', 'UTC', 'active', '', '2026-11-21')"""
SITE = """INSERT INTO clients_site (id, uid, client_id, name, time_zone)
 VALUES (1, '01ARZ3NDEKTSV4RRFFQ69G5FAB', 1, 'Main office', 'UTC')"""


def test_a_backup_of_a_working_server_is_whole(data: Path, tmp_path: Path) -> None:
    with serving(data):
        ended = command(data, "backup", str(tmp_path / "one.backup"))
        assert ended.returncode == 0, ended.stderr
        assert "Stop the server first" in command(data, "restore", str(tmp_path / "one.backup"), "--replace").stderr
    assert (tmp_path / "one.backup").stat().st_mode & 0o777 == 0o600
    assert command(data, "restore", str(tmp_path / "one.backup"), "--replace").returncode == 0
    assert command(data, "audit", "verify").returncode == 0


def test_a_backup_with_secrets_makes_the_server_anew_on_another_machine(data: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "one.backup", tmp_path / "other" / "data"
    command(data, "backup", str(file), "--with-secrets")
    ended = command(other, "restore", str(file))
    assert ended.returncode == 0, ended.stderr
    assert (other / NAME).read_bytes() == (data / NAME).read_bytes()
    assert command(other, "user", "list").stdout == command(data, "user", "list").stdout
    assert not [path for path in other.rglob("*") if path.stat().st_mode & 0o077]


def test_a_backup_without_secrets_goes_only_with_those_that_were_kept(data: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "one.backup", tmp_path / "other" / "data"
    command(data, "backup", str(file))
    assert "server init" in command(other, "restore", str(file)).stderr
    other.mkdir(parents=True, exist_ok=True)
    shutil.copy(data / NAME, other / NAME)
    assert command(other, "restore", str(file)).returncode == 0


def test_a_backup_of_another_installation_is_refused(data: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "one.backup", tmp_path / "other" / "data"
    command(data, "backup", str(file))
    made(other)
    assert "another installation" in command(other, "restore", str(file), "--replace").stderr


def test_a_database_that_is_there_is_replaced_only_when_told_and_set_aside(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    command(data, "backup", str(file))
    assert "--replace" in command(data, "restore", str(file)).stderr
    command(data, "user", "add", "later@msp.test", "--name", "Later", "--role", "tam")
    assert command(data, "restore", str(file), "--replace").returncode == 0
    assert "later@msp.test" not in command(data, "user", "list").stdout
    aside = [path.name for path in data.iterdir() if "before-restore" in path.name]
    assert len(aside) == 1


def test_after_a_backup_of_yesterday_agents_go_on_and_what_was_handed_out_has_ended(data: Path, tmp_path: Path) -> None:
    for line, values in ((CLIENT, ()), (SITE, ()), (AGENT, (100,))):
        rows(data, line, *values)
    command(data, "user", "add", "tom@msp.test", "--name", "Tom", "--role", "tam")
    command(data, "backup", str(tmp_path / "yesterday.backup"))
    rows(data, "UPDATE agents_agent SET counter = 2540")  # a day of polls
    command(data, "user", "deactivate", "tom@msp.test")
    ended = command(data, "restore", str(tmp_path / "yesterday.backup"), "--replace")
    assert ended.returncode == 0, ended.stderr
    # The one conditional UPDATE of the replay guard (decision 21), with the counter that the agent has reached:
    taken = "UPDATE agents_agent SET counter = 2541 WHERE epoch = 1 AND counter < 2541 RETURNING counter"
    assert rows(data, "SELECT counter FROM agents_agent") == [(100,)]
    assert (rows(data, taken), rows(data, taken)) == ([(2541,)], [])
    assert rows(data, "SELECT count(*) FROM accounts_onetimelink WHERE used_at IS NULL") == [(0,)]
    assert rows(data, "SELECT count(*) FROM django_session") == [(0,)]
    entry = json.loads(command(data, "audit", "export").stdout.splitlines()[-1])
    assert (entry["action"], entry["details"]["links"]) == ("server restored", 1)
    for words in ("The next scan reads every device anew", "1 approved agents go on", "alive again"):
        assert words in ended.stdout


def packed(path: Path, members: list[tuple[str, bytes]], kind: bytes = tarfile.REGTYPE) -> Path:
    import io

    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in members:
            head = tarfile.TarInfo(name)
            head.size, head.type = len(content), kind
            tar.addfile(head, io.BytesIO(content))
    path.write_bytes(zstandard.compress(plain.getvalue()))
    return path


@pytest.fixture(scope="module")
def good(set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    """Return the members of a backup that is whole."""
    file = tmp_path_factory.mktemp("good") / "one.backup"
    command(set_up_once, "backup", str(file))
    with (
        file.open("rb") as content,
        zstandard.ZstdDecompressor().stream_reader(content) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        found = []
        for member in tar:
            inner = tar.extractfile(member)
            assert inner is not None
            found.append((member.name, inner.read()))
    return found


def broken_files(good: list[tuple[str, bytes]], folder: Path) -> Iterator[Path]:
    (manifest, told), (name, database) = good
    for number, members in enumerate(
        [
            [],
            [(manifest, b"{}"), (name, database)],
            [(manifest, told)],
            [(manifest, told), (name, database[:-1])],
            [(manifest, told), (name, database[:-1] + b"x")],
            [(manifest, told), ("../../escaped", b"x"), (name, database)],
            [(manifest, told), ("/etc/escaped", b"x"), (name, database)],
            [(manifest, told), (NAME, b"{}"), (name, database)],
            [(manifest, told), (name, database), (name, database)],
            [(name, database), (manifest, told)],
        ]
    ):
        yield packed(folder / f"{number}.backup", members)
    yield packed(folder / "link.backup", [(manifest, told), (name, b"")], tarfile.SYMTYPE)
    whole = packed(folder / "whole", good).read_bytes()
    for name_, content in (("cut", whole[: len(whole) // 2]), ("text", b"hello"), ("empty", b"")):
        (folder / name_).write_bytes(content)
        yield folder / name_


def test_a_file_that_is_no_whole_backup_changes_nothing(good: list[tuple[str, bytes]], tmp_path: Path) -> None:
    from server.backups.archive import BadBackup, read

    target = tmp_path / "target"
    target.mkdir()
    refused = []
    for file in broken_files(good, tmp_path):
        try:
            read(file, target)
        except BadBackup:
            refused.append(file)
    assert len(refused) == 14
    assert {path.name for path in target.iterdir()} <= {"database", NAME}
    assert not (tmp_path / "escaped").exists()


def test_the_backup_that_they_were_made_of_is_read(good: list[tuple[str, bytes]], tmp_path: Path) -> None:
    from server.backups.archive import read

    manifest, database, secrets = read(packed(tmp_path / "whole", good), tmp_path)
    assert (manifest.engine, database.stat().st_size, secrets) == ("sqlite3", manifest.database_bytes, None)


@pytest.mark.peer
@pytest.mark.timeout(400)
@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
def test_postgresql_is_set_up_backed_up_and_restored(tmp_path: Path) -> None:
    file, data = tmp_path / "one.backup", tmp_path / "data"
    with PostgreSQL() as postgresql:
        address = postgresql.url().replace("datumline@", "datumline:hunter2-hunter2@")
        ended = made(data, DATABASE_URL=address)
        assert ended.returncode == 0, ended.stderr
        ended = command(data, "backup", str(file), DATABASE_URL=address)
        assert ended.returncode == 0, ended.stderr
        command(data, "user", "add", "later@msp.test", "--name", "Later", "--role", "tam", DATABASE_URL=address)
        assert "--replace" in command(data, "restore", str(file), DATABASE_URL=address).stderr
        ended = command(data, "restore", str(file), "--replace", DATABASE_URL=address)
        assert ended.returncode == 0, ended.stderr
        assert "later@msp.test" not in command(data, "user", "list", DATABASE_URL=address).stdout
        assert command(data, "audit", "verify", DATABASE_URL=address).returncode == 0
        with serving(data, DATABASE_URL=address) as server, server.session() as session:
            assert session.get(f"{server.url}/healthz").ok
            assert session.get(f"{server.url}/readyz").json()["database"] == "ok"
    assert b"hunter2" not in file.read_bytes()
