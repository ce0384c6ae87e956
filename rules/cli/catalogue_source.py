"""Reads a catalogue file from disk or over HTTPS, with caps on size, time and redirects."""

import ipaddress
import threading
from pathlib import Path
from typing import Final

import requests
from requests.compat import urljoin, urlsplit

from collectors.facts.exit_codes import ExitCode
from rules.given_file import read_given
from rules.lifecycle.parsing import FILE_BYTES

WHOLE_S: Final = 60.0
SILENCE_S: Final = 10.0
REDIRECTS: Final = 5
_CHUNK_BYTES: Final = 65_536
_DENIED = {401, 403, 407}


class NotFetched(Exception):
    """The file could not be read; the exit code says who must act."""

    def __init__(self, name: str, reason: str, code: ExitCode = ExitCode.USAGE):
        super().__init__(f"{name}: {reason}")
        self.code = code


def read(source: str, whole_s: float = WHOLE_S) -> tuple[bytes, str]:
    """Return the bytes of a file or URL and the name to call it by; raises NotFetched. Nothing is read past the cap."""
    if "://" not in source:
        return _from_disk(Path(source)), source
    name = _name(source)
    _check(source, name)
    return _within(whole_s, source, name), name


def _from_disk(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise NotFetched(str(path), "is not a file" if path.exists() else "does not exist")
        text = read_given(path, FILE_BYTES)
    except OSError as error:
        raise NotFetched(str(path), f"cannot be read: {error.strerror}") from error
    if len(text) > FILE_BYTES:
        raise NotFetched(str(path), f"is larger than {FILE_BYTES // 1_000_000} MB")
    return text


def _name(url: str) -> str:
    """Return the URL without user, password, query and fragment, which may hold a secret."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"[:200]
    except ValueError:
        return "the address"


def _check(url: str, name: str) -> None:
    """Refuse all but https, and http to this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise NotFetched(name, "is not an address") from error
    if not host:
        raise NotFetched(name, "names no server")
    if parts.username or parts.password:
        raise NotFetched(name, "carries a user or password, which an address may not")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)):
        return
    raise NotFetched(name, "must begin with https://")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _within(whole_s: float, url: str, name: str) -> bytes:
    """Return what the server gave before the deadline; a server that drips bytes is left alone, not waited for."""
    answers: list[bytes | NotFetched] = []

    def work() -> None:
        try:
            answers.append(_fetch(url, name))
        except NotFetched as problem:
            answers.append(problem)

    thread = threading.Thread(target=work, name="catalogue fetch", daemon=True)
    thread.start()
    thread.join(whole_s)
    if not answers:
        raise NotFetched(name, f"did not arrive within {whole_s:g} s", ExitCode.UNREACHABLE)
    if isinstance(answers[0], NotFetched):
        raise answers[0]
    return answers[0]


def _fetch(url: str, name: str) -> bytes:
    with requests.Session() as session:
        session.trust_env = url.startswith("https:")  # no proxy for this machine itself
        for _ in range(REDIRECTS + 1):
            try:
                with session.get(url, stream=True, allow_redirects=False, timeout=SILENCE_S) as response:
                    if not response.is_redirect:
                        return _body(response, name)
                    url = urljoin(url, response.headers["location"])
            except requests.RequestException as error:
                said = type(error).__name__
                raise NotFetched(name, f"could not be fetched ({said})", ExitCode.UNREACHABLE) from error
            _check(url, f"{name}, redirected to {_name(url)},")
            session.trust_env = session.trust_env and url.startswith("https:")
    raise NotFetched(name, f"redirects more than {REDIRECTS} times", ExitCode.UNEXPECTED_REPLY)


def _body(response: requests.Response, name: str) -> bytes:
    if response.status_code != requests.codes.ok:
        code = ExitCode.ACCESS_DENIED if response.status_code in _DENIED else ExitCode.UNEXPECTED_REPLY
        raise NotFetched(name, f"the server answered {response.status_code}", code)
    text = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        text += chunk
        if len(text) > FILE_BYTES:
            raise NotFetched(name, f"is larger than {FILE_BYTES // 1_000_000} MB")
    return bytes(text)
