"""What a Windows machine answers to our script: a stand-in for PowerShell that fills the blocks it finds.

It runs nothing. It looks for the blocks by their names in the script that came through stdin, so that a block that was
not sent gets no answer, and writes one JSON line each, as ConvertTo-Json -Compress would.
"""

import base64
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tests.peers.winrm_shells import ShellAnswer

BLOCK = re.compile(r"^Invoke-Block '([\w-]+)' \{", re.MULTILINE)
END = re.compile(r"^Write-Line @\{ end = '(\w+)'; blocks = (\d+) \}", re.MULTILINE)


@dataclass(frozen=True)
class Failure:
    """How a block fails: the exception's type, the error category's number, the HRESULT in hexadecimal."""

    kind: str = "System.UnauthorizedAccessException"
    category: int = 18
    hresult: str = "80070005"


class PowerShell:
    """The `run` callback of a WinrmPeer: answers each block with its data or its failure.

    At a block in `hangs_at` the script goes no further, at one in `dies_at` the process ends.
    """

    def __init__(
        self,
        blocks: Mapping[str, object],
        *,
        after_s: float = 0.0,
        hangs_at: Collection[str] = (),
        dies_at: Collection[str] = (),
    ) -> None:
        self.blocks = dict(blocks)
        self.after_s = after_s
        self.hangs_at, self.dies_at = hangs_at, dies_at
        self.scripts: list[str] = []

    def __call__(self, command_line: str, arguments: tuple[str, ...], stdin_text: str) -> ShellAnswer:
        """Return what the script that came through stdin would print."""
        script = base64.b64decode("".join(stdin_text.split())).decode("utf-8")
        self.scripts.append(script)
        lines: list[str] = []
        for name in BLOCK.findall(script):
            if name in (*self.hangs_at, *self.dies_at):
                begun = "".join(f"{line}\r\n" for line in lines).encode("ascii")
                return ShellAnswer(stdout=begun + b'{"block":', hangs=name in self.hangs_at, exit_code=1)
            lines.append(self._line(name))
        end = END.search(script)
        assert end is not None
        lines.append(json.dumps({"end": end[1], "blocks": int(end[2])}))
        return ShellAnswer(stdout=("\r\n".join(lines) + "\r\n").encode("ascii"), after_s=self.after_s)

    def _line(self, name: str) -> str:
        data = self.blocks.get(name, Failure("System.Management.Automation.CommandNotFoundException", 13, "80131501"))
        if isinstance(data, Failure):
            failed = {"kind": data.kind, "category": data.category, "hresult": data.hresult}
            return json.dumps({"block": name, "ok": False, **failed})
        return json.dumps({"block": name, "ok": True, "data": data})
