"""A catalogue file from disk or from a server: what is fetched, and what is refused."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from collectors.facts.exit_codes import ExitCode
from rules.cli.catalogue_source import NotFetched, read
from rules.lifecycle.parsing import FILE_BYTES

Serve = Callable[[BaseHTTPRequestHandler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: a client that hangs up is what some tests are about."""


@pytest.fixture
def serve() -> Iterator[Callable[[Serve], str]]:
    servers: list[_Server] = []

    def start(answer: Serve) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = _Server(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/lifecycle.json"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _status(code: int, body: bytes = b"", **headers: str) -> Serve:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_file_is_read_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_bytes(b"{}")
    assert read(str(path)) == (b"{}", str(path))


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_what_is_not_a_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match=r"is not a file|does not exist"):
        read(str(tmp_path / name))


def test_a_file_of_more_than_20_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(FILE_BYTES + 1)
    with pytest.raises(NotFetched, match="larger than 20 MB"):
        read(str(path))


def test_a_file_is_fetched_from_this_machine(serve: Callable[[Serve], str]) -> None:
    assert read(serve(_status(200, b'{"a": 1}')))[0] == b'{"a": 1}'


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1/a.json",
        "ftp://127.0.0.1/a",
        "file:///etc/passwd",
        "https://",
        "https://u:p@192.0.2.1/",
        "http://[",
    ],
)
def test_an_address_that_is_not_https_is_refused_unasked(address: str) -> None:
    with pytest.raises(NotFetched) as refused:
        read(address)
    assert refused.value.code == ExitCode.USAGE


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(NotFetched) as refused:
        read("https://user:geheim@192.0.2.1/a?token=geheim")
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("target", ["http://192.0.2.1/a", "file:///etc/passwd", "ftp://127.0.0.1/", "//192.0.2.1/a"])
def test_a_redirect_away_from_https_is_refused(target: str, serve: Callable[[Serve], str]) -> None:
    with pytest.raises(NotFetched, match="redirected"):
        read(serve(_status(302, Location=target)))


def test_a_redirect_on_the_same_machine_is_followed(serve: Callable[[Serve], str]) -> None:
    last = serve(_status(200, b"{}"))
    assert read(serve(_status(302, Location=last)))[0] == b"{}"


def test_endless_redirects_end(serve: Callable[[Serve], str]) -> None:
    with pytest.raises(NotFetched, match="redirects more than 5 times"):
        read(serve(_status(302, Location="/again")))


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, ExitCode.UNEXPECTED_REPLY), (500, ExitCode.UNEXPECTED_REPLY), (401, ExitCode.ACCESS_DENIED)],
)
def test_an_answer_that_is_no_file_says_who_must_act(
    status: int, code: ExitCode, serve: Callable[[Serve], str]
) -> None:
    with pytest.raises(NotFetched) as refused:
        read(serve(_status(status)))
    assert refused.value.code == code


def test_a_server_that_is_not_there_is_unreachable(serve: Callable[[Serve], str]) -> None:
    with pytest.raises(NotFetched) as refused:
        read("http://127.0.0.1:9/lifecycle.json")
    assert refused.value.code == ExitCode.UNREACHABLE


def test_a_server_that_never_ends_is_cut_off_by_size(serve: Callable[[Serve], str]) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(400):
            handler.wfile.write(b" " * 65_536)

    with pytest.raises(NotFetched, match="larger than 20 MB"):
        read(serve(endless))


def test_a_server_that_drips_is_not_waited_for(serve: Callable[[Serve], str]) -> None:
    ended = threading.Event()

    def dripping(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not ended.wait(0.05):
            handler.wfile.write(b" ")

    address = serve(dripping)
    try:
        with pytest.raises(NotFetched, match="did not arrive within") as refused:
            read(address, whole_s=0.3)
    finally:
        ended.set()
    assert refused.value.code == ExitCode.UNREACHABLE
