"""all_of, any_of, not and choose: what the join of several answers is when some are not known."""

from rules.compile.context import Check, Compiling, Outcome
from rules.compile.env import NO, NOT_APPLICABLE, UNKNOWN, YES, Env
from rules.compile.lines import AgreedSo, Counted, Held, Later, Line, Lines, Often, Owner, Place, Rose
from rules.grammar.sentences import Choose


def join(parts: tuple[Check, ...], *, any_of: bool) -> Check:
    """Return all_of: no, else unknown, else yes, else not applicable; any_of likewise with yes first."""
    decides, otherwise = (YES, NO) if any_of else (NO, YES)

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        seen: Lines = ()
        missing: Lines = ()
        nothing: Lines = ()
        answered = unknown = False
        for part in parts:
            word, lines = part(env, owner, place)
            if word == decides:
                return decides, lines
            if word == otherwise:
                answered = True
                seen += lines
            elif word == UNKNOWN:
                unknown = True
                missing += lines
            else:
                nothing = lines
        if unknown:
            return UNKNOWN, missing
        if answered:
            return otherwise, seen
        return NOT_APPLICABLE, nothing

    return check


def negate(part: Check) -> Check:
    """Return `not`: yes and no swapped, the others left."""

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        word, lines = part(env, owner, place)
        if word in {UNKNOWN, NOT_APPLICABLE}:
            return word, lines
        return 1 - word, tuple(_turned(line) for line in lines)

    return check


_TURNABLE = (Held, Counted, Often, Rose)


def _turned(line: Line) -> Line:
    if isinstance(line, _TURNABLE):
        return line._replace(negated=not line.negated)
    if isinstance(line, AgreedSo):
        return line._replace(wanted=not line.wanted)
    if isinstance(line, Later):
        return Later(lambda: tuple(_turned(one) for one in line.lines()))
    return line


def choose(sentence: Choose, arms: tuple[tuple[Check, Check], ...], otherwise: Check, compiling: Compiling) -> Check:
    """Return the first arm whose `when` is yes; a `when` that is unknown makes all unknown."""
    branches = Branches(sentence, len(arms), compiling)
    pairs = tuple((when, branches.watched(then, number)) for number, (when, then) in enumerate(arms))
    last = branches.watched(otherwise, len(arms))

    def check(env: Env, owner: Owner, place: Place | None) -> Outcome:
        for when, then in pairs:
            word, lines = when(env, owner, place)
            if word == YES:
                return then(env, owner, place)
            if word == UNKNOWN:
                return UNKNOWN, lines
        return last(env, owner, place)

    return check


class Branches:
    """Tells the watch which branches of a choose the cases take."""

    def __init__(self, sentence: Choose, count: int, compiling: Compiling) -> None:
        self.watch = compiling.watch
        self.number = 0
        if self.watch is not None:
            self.number = len(self.watch.branches)
            for branch in range(count + 1):
                word = "otherwise" if branch == count else f"when number {branch + 1}"
                self.watch.branches[self.number, branch] = f"choose in line {sentence.line}, {word}"

    def watched(self, branch: Check, number: int) -> Check:
        """Return the branch, noting when it is taken and answers."""
        watch = self.watch
        if watch is None:
            return branch
        key = (self.number, number)

        def noting(env: Env, owner: Owner, place: Place | None) -> Outcome:
            outcome = branch(env, owner, place)
            if outcome[0] in {YES, NO}:
                watch.taken.add(key)
            return outcome

        return noting
