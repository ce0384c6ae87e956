"""Where the agent of a server keeps its files, and the lock that lets one process alone use them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.errors import AlreadyRunning, StateUnusable

VARIABLE = "DATUMLINE_STATE_DIR"


@dataclass(frozen=True)
class Home:
    """The folder `agent` in the state directory."""

    folder: Path

    @property
    def keys(self) -> Path:
        """Return the file of the private keys."""
        return self.folder / "keys.json"

    @property
    def next_keys(self) -> Path:
        """Return the file of the keys that a rotation is bringing into force."""
        return self.folder / "keys.next.json"

    @property
    def enrolment(self) -> Path:
        """Return the file that says with which server the agent is enrolled, and as whom."""
        return self.folder / "enrolment.json"

    @property
    def counter(self) -> Path:
        """Return the file of the counter that stands in every signature."""
        return self.folder / "counter.json"

    @property
    def status(self) -> Path:
        """Return the file in which the running agent says how it is."""
        return self.folder / "status.json"

    @property
    def holds(self) -> Path:
        """Return the file of credentials that wait for a person."""
        return self.folder / "holds.json"

    @property
    def spool(self) -> Path:
        """Return the folder of reports that wait to be delivered."""
        return self.folder / "spool"

    @property
    def vault(self) -> Path:
        """Return the folder of sealed and of locally entered credentials."""
        return self.folder / "vault"

    @property
    def lock(self) -> Path:
        """Return the file that is locked while an agent runs."""
        return self.folder / "agent.lock"

    @contextmanager
    def owned(self, wait_s: float = 0.0) -> Iterator[None]:
        """Hold the lock while the block runs; raises AlreadyRunning, StateUnusable. It ends with the process."""
        lock = self.lock
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(lock, timeout=wait_s, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self.folder, error) from error
        with closing(connection):
            try:
                connection.execute("begin exclusive")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                    raise AlreadyRunning(
                        f"An agent is running already with {self.folder}; end it first ('datumline agent status')."
                    ) from error
                raise _unusable(self.folder, error) from error
            yield


def _unusable(folder: Path, error: Exception) -> StateUnusable:
    return StateUnusable(f"The agent's folder {folder} cannot be used ({error}); make it writable for the agent.")


def runs(home: Home) -> bool:
    """Return whether an agent runs with this home; raises StateUnusable."""
    if not home.lock.exists():
        return False  # and it is not made here: it would belong to whoever asks
    try:
        with home.owned():
            return False
    except AlreadyRunning:
        return True


def state_dir() -> Path:
    """Return the state directory: DATUMLINE_STATE_DIR, else the place the system has for it."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser()
    import platformdirs

    return platformdirs.user_state_path("datumline", appauthor=False)


def the_home() -> Home:
    """Return the agent's home in the state directory."""
    return Home(state_dir() / "agent")
