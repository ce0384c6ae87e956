"""Which cases a standard must bring: each verdict, the value at each limit, each branch, and a partly read list."""

from collections.abc import Iterator

from rules.cases import CaseResult, run_case
from rules.compile.context import Watch
from rules.grammar.sentences import (
    Agreed,
    Choose,
    Compare,
    EachOf,
    Joined,
    Not,
    OverList,
    Rise,
    Sentence,
    Usually,
    facts_of,
    is_list,
    walk,
)
from rules.reading import watched
from rules.standard import Standard
from rules.verdict import Word
from rules.yaml_texts import Map, Row


def missing_cases(standard: Standard) -> Iterator[tuple[int, str]]:
    """Yield what the cases do not show, as line and sentence; wrong cases are told by `library check`."""
    if not standard.cases:
        yield standard.line, "there are no cases"
        return
    if standard.mode != "automated" or standard.check is None:
        return
    trial, watch = watched(standard)
    results = [run_case(trial, number) for number in range(len(trial.cases))]
    broken = [result for result in results if result.verdict is None]
    for result in broken:
        yield result.line, f"case {result.number + 1}: {result.problem}"
    if not broken:
        yield from _lacking(standard, standard.check, results, watch)


def _lacking(standard: Standard, check: Sentence, results: list[CaseResult], watch: Watch) -> Iterator[tuple[int, str]]:
    line = standard.line
    wanted = [Word.YES, Word.NO, Word.UNKNOWN]
    if standard.where is not None or may_not_apply(check):
        wanted.append(Word.NOT_APPLICABLE)
    said = {str(case.get("verdict")) for case in standard.cases}
    for word in wanted:
        if word not in said:
            yield line, f"there is no case with the verdict '{word}'"
    for number, text in watch.limits.items():
        if number not in watch.tried:
            yield line, f"no case has the value exactly at the limit: {text}"
    for branch, text in watch.branches.items():
        if branch not in watch.taken:
            yield line, f"no case takes the branch: {text}"
    if _asks_a_list(check) and not any(_partly_read(case) for case in standard.cases):
        yield line, "no case has a partly read list ('partial: [list]')"


def may_not_apply(sentence: Sentence) -> bool:
    """Return whether a sentence can come out as not applicable."""
    match sentence:
        case Compare() | Agreed() | Rise() | Usually():
            return False
        case Joined():
            return all(may_not_apply(part) for part in sentence.parts)
        case Not():
            return may_not_apply(sentence.part)
        case Choose():
            return any(may_not_apply(then) for _, then in sentence.arms) or may_not_apply(sentence.otherwise)
        case EachOf():
            return False  # only where a client agrees to an empty list of names
        case OverList():
            return sentence.if_none == "not applicable" or (
                sentence.if_none is None and sentence.word in {"every", "share"}
            )


def _asks_a_list(check: Sentence) -> bool:
    for one in walk(check):
        if isinstance(one, OverList | EachOf):
            return True
        if isinstance(one, Compare) and any(is_list(fact) for fact in facts_of(one)):
            return True
    return False


def _partly_read(part: object) -> bool:
    if isinstance(part, Map):
        return "partial" in part or any(_partly_read(one) for one in part.values())
    return isinstance(part, Row) and any(_partly_read(one) for one in part)
