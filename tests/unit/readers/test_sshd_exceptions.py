"""`sshd -T` shows the settings outside of Match blocks: an exception in a block is never a setting for all."""

from datetime import UTC, datetime

import pytest

from collectors.facts.sections.linux import Sshd
from collectors.readers.linux import questions
from collectors.readers.linux.protection import read_sshd
from collectors.replies import TextReplies

EFFECTIVE = "permitrootlogin no\npasswordauthentication no\nkbdinteractiveauthentication no\npermitemptypasswords no\n"


def read(files: str | None) -> Sshd | None:
    told = {questions.SSHD: EFFECTIVE} | ({} if files is None else {questions.SSHD_FILES: files})
    value = read_sshd(TextReplies(datetime(2026, 11, 21, tzinfo=UTC), told)).value
    assert value is None or isinstance(value, Sshd)
    return value


def test_without_a_block_the_effective_settings_hold_for_all() -> None:
    assert read("PermitRootLogin no\nUsePAM yes\n") == Sshd(
        root_login="no", password_logon=False, empty_passwords=False
    )


@pytest.mark.parametrize("line", ["    PermitRootLogin yes", "\tpermitrootlogin=yes"])
def test_an_exception_leaves_the_setting_open(line: str) -> None:
    told = read(f"PermitRootLogin no\nMatch Address 10.0.0.0/8\n{line}\n")
    assert told is not None
    assert told.root_login is None


def test_a_file_that_a_block_includes_leaves_all_of_them_open() -> None:
    assert read("Match Address 10.0.0.0/8\n  Include /etc/ssh/more/*\n") is None


def test_an_exception_leaves_other_settings_as_they_are() -> None:
    told = read("Match User backup\n    PermitRootLogin yes\n")
    assert told == Sshd(password_logon=False, empty_passwords=False)


def test_a_block_before_the_setting_counts_as_well_as_one_of_another_file() -> None:
    told = read("Match User x\n    X11Forwarding no\nPasswordAuthentication yes\n")
    assert told is not None
    assert told.password_logon is None


def test_files_that_may_not_be_read_leave_everything_open_that_a_block_may_change() -> None:
    assert read(None) is None
