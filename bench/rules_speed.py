"""What judging costs: 300 rules beside C++ CEL and plain functions, and the whole library over one large server."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from functools import partial

from bench import rules_work
from bench.apart import NotHere
from bench.measured import Measured, cpu_ms, cpu_ms_in_turns
from collectors.facts.facts import Facts
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device, Source, snapshot_of
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.windows import ScheduledTask, Service
from collectors.facts.subject import Subject
from rules.evaluate import evaluate_view
from rules.library_at import default_library
from rules.verdict import Word
from rules.view import View, clock_at

TIMES = 10
LONG = 500


def _subject(facts: Facts) -> Subject:
    source = Source(transport="winrm", driver="windows_server")
    return subject_of([snapshot_of(facts, Device(name="server"), source, rules_work.AT)], name="server")


def measure() -> list[Measured]:
    """Return the cost of one rule, and of the library over one server."""
    return [*_rules(), _library()]


def _rules() -> list[Measured]:
    standards, rules, told = rules_work.standards(), rules_work.rules(), rules_work.values()
    subject = _subject(rules_work.facts())
    clock = clock_at(rules_work.AT, UTC)

    def ours() -> list[Word]:
        view = View(subject, clock)
        return [evaluate_view(standard, view).word for standard in standards]

    def in_words() -> None:
        view = View(subject, clock)
        for standard in standards:
            evaluate_view(standard, view).told()

    def plain() -> list[bool]:
        return [rule.plain(told) for rule in rules]

    for word, met in zip(ours(), plain(), strict=True):
        assert word is Word.UNKNOWN or (word is Word.YES) == met, "the languages do not mean the same"
    unit, what = "us CPU a rule", f"{len(rules)} rules with their evidence"
    cel, lacking = None, ""
    try:
        cel = _cel(rules, told)
    except NotHere as reason:
        lacking = f": {reason}"
    mine, functions, *peer = _us_a_rule([ours, plain] if cel is None else [ours, plain, cel], len(rules))
    theirs, goal = (peer[0], 1.0) if peer else (None, None)
    return [
        Measured(what, unit, mine, "plain functions, no evidence", functions, times_at_least=1 / 6),
        Measured(what, unit, mine, f"C++ CEL, no evidence{lacking}", theirs, times_at_least=goal),
        Measured(f"{what}, put into words", unit, _us_a_rule([in_words], len(rules))[0]),
    ]


def _us_a_rule(acts: Sequence[Callable[[], object]], count: int) -> list[float]:
    """Return the cost of a rule in each of some acts, which are done in turns."""
    rounds = [partial(_often, act) for act in acts]
    return [spent_ms * 1000 / TIMES / count for spent_ms in cpu_ms_in_turns(rounds)]


def _often(act: Callable[[], object]) -> None:
    for _ in range(TIMES):
        act()


def _cel(rules: list[rules_work.Rule], told: dict[str, object]) -> Callable[[], object]:
    """Return the rules in Google's C++ CEL, the activation made once a server; raises NotHere."""
    try:
        from cel_expr_python import cel
    except ImportError as error:
        raise NotHere(str(error)) from error
    names = [*told, "authentication"]
    environment = cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))
    programs = [environment.compile(rule.cel) for rule in rules]

    def run() -> list[bool | None]:
        activation = environment.Activation(told)
        found: list[bool | None] = []
        for program in programs:
            try:
                value = program.eval(activation).value()
            except Exception:  # noqa: BLE001 (the library's own errors have no common class)
                value = None
            found.append(value if isinstance(value, bool) else None)
        return found

    for number, (value, rule) in enumerate(zip(run(), rules, strict=True)):
        assert value is None or value == rule.plain(told), f"rule {number} means something else in CEL"
    return run


def _library() -> Measured:
    """Return the cost of every shipped standard for Windows servers over one with long lists."""
    told = rules_work.facts()
    facts = told.model_copy(
        update={
            "services": tuple(Service(name=f"service{n}", state="running", start="automatic") for n in range(LONG)),
            "accounts": tuple(
                Account(
                    name=f"user{n}", rid=1000 + n, enabled=True, last_logon_at=rules_work.AT - timedelta(days=n % 80)
                )
                for n in range(LONG)
            ),
            "tasks": tuple(ScheduledTask(name=f"task{n}", enabled=True, account="SYSTEM") for n in range(LONG)),
        }
    )
    subject = _subject(facts)
    clock = clock_at(rules_work.AT, UTC)
    standards = [one for one in default_library().standards if rules_work.KIND in one.kinds]

    def judge() -> None:
        view = View(subject, clock)
        for standard in standards:
            evaluate_view(standard, view).told()

    what = f"the whole library ({len(standards)} standards) in words over a server with lists of {LONG}"
    return Measured(what, "ms CPU", cpu_ms(judge), at_most=3)
