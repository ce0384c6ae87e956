"""Reading a site: each access is a job, a device's accesses are one subject, an interruption loses nothing."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.assess import ReadDevice, SiteReading, overrides_of
from agent.credentials import LOCAL
from agent.inventory import Site, SiteAccess, SiteDevice
from agent.mending import NOT_REACHED
from collectors.access import Access, Secret
from collectors.credentials import SshAccount
from collectors.facts.domains import domains_of
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Device, Reading, Snapshot, Source, TransportName, Value
from collectors.facts.sections.accounts import Account, PasswordPolicy
from collectors.facts.sections.power import Ups
from collectors.facts.sections.timekeeping import Time
from collectors.facts.subject import Subject
from collectors.pool.job import Job
from collectors.pool.parent import Outcome

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECRETS = {"ro": Secret("ro", SshAccount(kind="ssh", user="audit"))}
DENIED = Gap(reason=GapReason.ACCESS_DENIED, text="refused the account")

Answer = Callable[[Job], Snapshot]


def access(transport: TransportName, address: str = "192.0.2.1") -> SiteAccess:
    return SiteAccess(Access(transport=transport, address=address), None if transport == "local" else "ro")


def site(*devices: SiteDevice) -> Site:
    return Site("Example Ltd", "Head office", ZoneInfo("Europe/Berlin"), devices)


def device(name: str, *transports: TransportName, roles: tuple[str, ...] = ()) -> SiteDevice:
    return SiteDevice(name, None, roles, tuple(access(one) for one in transports))


def snapshot(
    name: str, transport: TransportName, sections: Mapping[str, Value] | None = None, problem: Gap | None = None
) -> Snapshot:
    source = Source(transport=transport, driver="a_driver")
    readings = [Reading(section=one, read_at=AT, source=source, value=value) for one, value in (sections or {}).items()]
    described = Device(name=name, device_class="ups", transport=transport)
    return Snapshot(observed_at=AT, device=described, readings=tuple(readings), problem=problem)


def reading_of(site: Site, answer: Answer, stop_after: int = 99) -> SiteReading:
    def collect(jobs: list[Job]) -> Iterator[Outcome]:
        for number, job in enumerate(jobs):
            if number == stop_after:
                raise KeyboardInterrupt
            yield Outcome(job, answer(job))

    reading = SiteReading(site, AT)
    reading.read(SECRETS, collect, LOCAL)
    return reading


def battery(job: Job) -> Snapshot:
    return snapshot(job.name, job.access.transport, {"ups": Ups(runtime_s=600)})


def test_every_access_of_every_device_is_a_job_with_its_credential() -> None:
    jobs = SiteReading(site(device("a", "snmp", "ssh"), device("b", "local"))).jobs(SECRETS, LOCAL)
    assert [(job.name, job.access.transport, job.secret.name) for job in jobs] == [
        ("a", "snmp", "ro"),
        ("a", "ssh", "ro"),
        ("b", "local", "local"),
    ]


def test_all_accesses_of_a_device_make_one_subject() -> None:
    def answer(job: Job) -> Snapshot:
        told: dict[str, Value] = {"ups": Ups(runtime_s=600)} if job.access.transport == "snmp" else {"roles": ("x",)}
        return snapshot(job.name, job.access.transport, told)

    (only,) = reading_of(site(device("a", "snmp", "ssh")), answer).devices
    assert set(only.subject.readings) == {"ups", "roles"}


def test_a_device_of_which_one_access_was_refused_is_read_and_has_a_problem() -> None:
    def answer(job: Job) -> Snapshot:
        refused = job.access.transport == "ssh"
        return snapshot(job.name, "ssh", problem=DENIED) if refused else battery(job)

    (only,) = reading_of(site(device("a", "snmp", "ssh")), answer).devices
    assert (only.told.read, only.problems) == (True, (("SSH", DENIED),))


def test_a_device_that_gave_nothing_is_not_read() -> None:
    told = reading_of(site(device("a", "ssh")), lambda job: snapshot("a", "ssh", problem=DENIED)).devices[0].told
    assert (told.read, told.problem is not None and told.problem.text) == (False, "refused the account")


def test_the_class_of_the_inventory_counts_more_than_the_detected_one() -> None:
    named = SiteDevice("a", "pdu", (), (access("snmp"),))
    assert reading_of(site(named), battery).devices[0].told.device_class == "pdu"


def test_roles_of_the_inventory_are_the_subjects() -> None:
    told = reading_of(site(device("a", "snmp", roles=("internet-edge",))), battery)
    assert told.devices[0].subject.roles == ("internet-edge",)


def test_an_interruption_keeps_what_was_read_and_says_what_was_not() -> None:
    told = reading_of(site(device("a", "snmp"), device("b", "snmp")), battery, stop_after=1)
    assert (told.interrupted, [one.told.read for one in told.devices]) == (True, [True, False])
    assert told.devices[1].problems == (("SNMP", NOT_REACHED),)


def test_yes_and_no_of_a_parameter_are_words_for_the_library() -> None:
    one = Site("E", "S", ZoneInfo("UTC"), (), {"a.b": {"locked": True, "open": False, "count": 1}})
    assert overrides_of(one) == {"a.b": {"locked": "yes", "open": "no", "count": 1}}


def controller(name: str, length: int | None) -> Subject:
    told: dict[str, Value] = {"roles": ("domain-controller",)}
    if length is not None:
        told["password_policy"] = PasswordPolicy(min_length_count=length)
    return ReadDevice(device(name, "winrm"), (snapshot(name, "winrm", told),)).subject


def test_controllers_whose_policies_agree_are_one_domain() -> None:
    (domain,) = domains_of([controller("dc1", 14), controller("dc2", 14)])
    assert (domain.kind, set(domain.readings)) == ("domain", {"password_policy"})


def test_accounts_and_administrators_of_a_controller_are_those_of_its_domain() -> None:
    told: dict[str, Value] = {"roles": ("domain-controller",), "time": Time(stratum=3)}
    told |= {name: (Account(name=name, enabled=True),) for name in ("accounts", "admins")}
    (domain,) = domains_of([ReadDevice(device("dc1", "winrm"), (snapshot("dc1", "winrm", told),)).subject])
    assert set(domain.readings) == {"accounts", "admins"}


def test_a_policy_that_differs_never_hides_behind_another() -> None:
    domains = domains_of([controller("dc1", 14), controller("dc2", 7)])
    lengths = [getattr(one.readings["password_policy"][0].value, "min_length_count", None) for one in domains]
    assert lengths == [14, 7]


def test_a_controller_that_told_no_policy_makes_no_domain_of_its_own_beside_another() -> None:
    assert len(domains_of([controller("dc1", None), controller("dc2", 14)])) == 1


@pytest.mark.parametrize("roles", [(), ("file-server",)])
def test_a_server_that_is_no_controller_makes_no_domain(roles: tuple[str, ...]) -> None:
    told = snapshot("s", "winrm", {"password_policy": PasswordPolicy(min_length_count=7), "roles": roles})
    assert domains_of([ReadDevice(device("s", "winrm"), (told,)).subject]) == ()
