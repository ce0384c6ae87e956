"""A backup of yesterday is put in place while the agent goes on: nothing comes twice, and the agent needs nobody."""

import pytest

from tests.e2e.conftest import MakeRig

pytestmark = pytest.mark.timeout(600)  # processes, on a machine that may be busy


def test_after_a_restore_of_yesterday_the_agent_goes_on_and_nothing_is_delivered_twice(rig_of: MakeRig) -> None:
    rig = rig_of()
    rig.ask("scan")
    rig.until_quiet()
    rig.stop("server")
    rig.ask("age", hours=24)
    file = rig.folder / "yesterday.backup"
    rig.processes.call("server", "backup", str(file))
    of_yesterday = {one for one, _, _ in rig.ask("history")["reports"]}
    rig.ask("scan")  # while the server is down: the agent's first poll finds it
    rig.start_server()
    rig.until_quiet()
    since = {one for one, _, _ in rig.ask("history")["reports"]} - of_yesterday
    assert len(since) == 4

    rig.stop("server")
    rig.processes.call("server", "restore", str(file), "--replace")
    assert {one for one, _, _ in rig.ask("history")["reports"]} == of_yesterday
    rig.ask("scan")
    rig.start_server()
    rig.until_quiet()
    told = rig.ask("history")
    now = [one for one, outcome, _ in told["reports"] if outcome == "stored"]
    assert told["agent"] == "approved"
    assert len(now) == len(set(now)) == len(of_yesterday) + 4
    assert not since & set(now)  # the server had said that it has them: the agent has forgotten them
    assert rig.spool_history.rejected == {}
    assert rig.ask("whole")["says"] == "ok"
