"""`run_schedules`: opens slots when they are due, keeps the queue in order, hands the worker its periodic duties."""

import logging
import os
import signal
import socket
import threading
import time
from typing import Final

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone
from django.utils.module_loading import import_string

from server.scans import leading
from server.scans.upkeep import mend_after_clock
from server.web.duties import DUTIES, Periodic, hand_out

logger = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 1.0
LEAD_EVERY_S: Final = 10.0
AFTER_FAILURE_S: Final = 5.0


class Command(BaseCommand):
    """The scheduler. Several may run: one works, another takes over when it falls silent."""

    help = "Open the slots of scan plans when they are due, and do what the server does by itself; ends on SIGTERM."

    def handle(self, *args: object, **options: object) -> None:
        """Run until SIGTERM or SIGINT."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        Scheduler(f"{socket.gethostname()} {os.getpid()}", stop).run()


class Scheduler:
    """The loop of one scheduler."""

    def __init__(self, holder: str, stop: threading.Event) -> None:
        """Take a name that no other scheduler has, and what ends the loop."""
        self._holder, self._stop = holder, stop
        self._due_s: dict[str, float] = {}
        self._leads, self._asked_s = False, -LEAD_EVERY_S

    def run(self) -> None:
        """Work until stopped; a failure is told and tried again."""
        logger.info("the scheduler runs", extra={"holder": self._holder})
        wait_s = 0.0
        while not self._stop.wait(wait_s):
            wait_s = LOOK_EVERY_S
            try:
                self.once()
            except Exception:  # the outermost loop: told, and tried again
                logger.exception("a round of the scheduler failed; it is tried again")
                connections.close_all()
                wait_s, self._asked_s = AFTER_FAILURE_S, -LEAD_EVERY_S
        if self._leads:
            leading.resign(self._holder, timezone.now())
        logger.info("the scheduler has ended", extra={"holder": self._holder})

    def once(self) -> None:
        """Do what is due now, if this scheduler is the one that works."""
        if time.monotonic() - self._asked_s >= LEAD_EVERY_S:
            self._leads = leading.lead(self._holder, timezone.now())
            self._asked_s = time.monotonic()
        if not self._leads:
            return
        if leading.tick(timezone.now()):
            mend_after_clock(timezone.now())
        for duty in DUTIES:
            if self._stop.is_set():
                return
            if time.monotonic() >= self._due_s.get(duty.name, 0.0):
                self._due_s[duty.name] = time.monotonic() + duty.every_s
                self._do(duty)

    def _do(self, duty: Periodic) -> None:
        """Do one duty; that it fails keeps no other from being done."""
        try:
            if duty.where == "worker":
                hand_out(duty, timezone.now())
            else:
                import_string(duty.does)(timezone.now())
        except Exception:  # the outermost loop: told, and tried again
            logger.exception("a duty failed; it is tried again", extra={"duty": duty.name})
            connections.close_all()
