"""Recorded outputs of real devices come out of the dialogue as they went in, whatever stands in them."""

import re
from pathlib import Path

import pytest

from tests.contract.ssh.devices import ask, driver, outcome, secret_of
from tests.peers.ssh_cli import STYLES, SshCliPeer

CONTEXT = re.compile(r"\n*\{[\w:-]+\}\s*$")  # Junos writes it before the prompt: {master:0}


def texts_of(folder: Path) -> dict[str, str]:
    """Return the recorded outputs of a platform by command; a number tells several of one command."""
    texts = {}
    for command in sorted(path for path in folder.iterdir() if path.is_dir()):
        for number, file in enumerate(sorted(command.glob("*.raw"))):
            texts[f"{command.name.replace('_', ' ')} {number}"] = file.read_text(errors="replace")
    return texts


def as_seen(text: str) -> str:
    """Return a text without blanks at line ends and around it, which no terminal shows."""
    lines = CONTEXT.sub("", text.strip()).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


FOLDERS = {"dell_os6": "dell_powerconnect", "huawei": "huawei_vrp"}  # the others bear netmiko's name


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(STYLES))
def test_every_recorded_output_arrives_as_it_is(name: str, corpus: Path) -> None:
    texts = texts_of(corpus / "cli" / FOLDERS.get(name, name))
    style = STYLES[name]
    asked = driver(*texts, prepares=("enable",) if style.has_enable else (), netmiko=name)
    with SshCliPeer(style, texts, enable_secret="en-pw", chunk_bytes=1400) as peer:
        found = outcome(ask(peer, asked, secret_of(enable="en-pw"), timeout_s=90))
    assert {command: as_seen(text) for command, text in found.items()} == {
        command: as_seen(text) for command, text in texts.items()
    }
