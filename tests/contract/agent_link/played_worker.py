"""A worker process that does every job at once, without a device."""

import sys

from agent.worker_words import TO_WORKER, Channel, Do, Ready, Told


def main() -> None:
    """Answer each job until the pipe ends."""
    channel = Channel(sys.stdin.buffer, sys.stdout.buffer)
    channel.receive()
    channel.send(Ready(drivers={"apc_powernet": "snmp"}))
    while (raw := channel.receive()) is not None:
        word = TO_WORKER.validate_json(raw)
        if not isinstance(word, Do):
            return
        channel.send(Told(job_id=word.job.id, document=f'{{"job":"{word.job.id}"}}'))


if __name__ == "__main__":
    main()
