"""What a Linux system answers to our script: a stand-in for its shell that tells recorded outputs between the marks."""

import re
import shlex
from collections.abc import Callable, Mapping

from tests.peers.ssh_linux import ExecAnswer

_WORD = re.compile(r"begin %s\\n' (-[0-9a-f]+-) ")


def recorded_shell(replies: Mapping[str, str]) -> Callable[[str], ExecAnswer]:
    """Return the `answer` callback of an SshExecPeer; a command that was not recorded is not found."""

    def answer(script: str) -> ExecAnswer:
        word = _WORD.search(script)
        assert word is not None
        words = shlex.split(script[script.index("\nquestion 0 ") :])
        asks = [words[place + 2] for place, one in enumerate(words) if one == "question"]
        told = []
        for number, ask in enumerate(asks):
            known = replies.get(ask)
            errors = " status 0" if known is not None else f"sh: {ask.split()[0]}: not found\n status 127"
            told.append(f"\n{word[1]} begin {number}\n{known or ''}\n{word[1]} told {number}\n{errors}\n")
            told.append(f"{word[1]} end {number}\n")
        return ExecAnswer(stdout="".join(told).encode())

    return answer
