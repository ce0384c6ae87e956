"""Kills processes at random moments while scans run, and says afterwards what was lost, doubled or made up."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.e2e.rig import PARTS, Rig

VICTIMS: Final = (*PARTS, "agent", "agent", "server")
"""What is killed; 'server' is the parent of the three processes, and they end with it. The agent twice as often."""
LONGEST_S: Final = 4.0
QUIET_WITHIN_S: Final = 150.0


@dataclass
class Faults:
    """The faults of one test."""

    rig: Rig
    chance: random.Random
    before: Mapping[str, Any] = field(default_factory=dict)
    yes_before: frozenset[str] = frozenset()
    killed: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        """Read everything once without a fault: whatever is yes after the faults must have been yes here."""
        self.rig.ask("scan")
        self.rig.until_quiet()
        self.before = self.rig.ask("history")
        self.yes_before = self._yes()

    def kill(self, count: int) -> None:
        """Kill so many processes while scans are ordered and plans fall due; what is gone is started again."""
        while self.killed.total() < count:
            self.rig.ask(self.chance.choice(("scan", "night")))
            time.sleep(self.chance.uniform(0.1, LONGEST_S))
            victim = self.chance.choice(VICTIMS)
            self.rig.keep_running()
            if self.rig.kill(victim):
                self.killed[victim] += 1
            self.rig.keep_running()
            if victim == "agent":
                self.rig.ask("lose")

    def settle(self) -> None:
        """Let everything come to rest, then end both; only then is it counted."""
        self.rig.until_quiet(lose=True, within_s=QUIET_WITHIN_S)

    def found(self) -> list[str]:
        """Return what went wrong, a sentence each."""
        told, spool = self.rig.ask("history", after=self.before["last change"]), self.rig.spool_history
        stored = Counter(one for one, outcome, _ in told["reports"] if outcome == "stored")
        taken, waiting, rejected = Counter(spool.taken), set(spool.waiting), spool.rejected
        wrong = [f"report {one} was committed {n} times" for one, n in taken.items() if n > 1]
        wrong += [f"report {one} is on the server {n} times" for one, n in stored.items() if n > 1]
        wrong += [f"report {one} is lost" for one in taken if one not in stored and one not in waiting | set(rejected)]
        wrong += [f"report {one} was given away, but is not there" for one in self._given() if one not in stored]
        wrong += [f"report {one} was never made" for one in stored if one not in taken]
        wrong += [f"report {one} was refused: {why}" for one, why in rejected.items()]
        wrong += [f"jobs are doubled in a slot: {one}" for one in told["doubled jobs of slots"]]
        wrong += [f"job {one} was reported too often" for one in told["jobs reported too often"]]
        wrong += [f"a fault made a yes: {one}" for one in sorted(self._yes() - self.yes_before)]
        wrong += [f"the server's database: {says}" for says in (self.rig.ask("whole")["says"],) if says != "ok"]
        wrong += [f"the spool: {says}" for says in (spool.whole(),) if says != "ok"]
        wrong += [f"the agent is {told['agent']}" for _ in "." if told["agent"] != "approved"]
        return wrong

    def _given(self) -> list[str]:
        spool = self.rig.spool_history
        return [one for one in spool.given if one not in spool.rejected]

    def _yes(self) -> frozenset[str]:
        told = self.rig.ask("verdicts")
        return frozenset(name for part in told.values() for name, word in part.items() if word == "yes")
