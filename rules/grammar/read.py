"""Reads a check: YAML maps become sentences, or are refused with their line."""

from typing import get_args

from collectors.facts.paths import FactKind, FactType, UnknownFact, resolve
from rules.grammar.right import right_side
from rules.grammar.sentences import (
    Agreed,
    Choose,
    Compare,
    Comparison,
    Constant,
    EachOf,
    FactRef,
    IfNone,
    Joined,
    Limit,
    ListWord,
    Not,
    OverList,
    Rise,
    Sentence,
    SettingRef,
    Subjects,
    Usually,
)
from rules.grammar.settings import Setting
from rules.grammar.values import duration, fits
from rules.problems import Refused
from rules.quantities import DAY_S
from rules.yaml_texts import Map, Row

DEVICES = "devices"
MAX_LISTS = 2  # a list inside a list, no deeper: nobody can read that aloud

_LIST_WORDS: tuple[ListWord, ...] = get_args(ListWord)
_COMPARISONS = {str(one): one for one in Comparison}
_OVER_COUNTS = {Comparison.IS, Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.BELOW, Comparison.BETWEEN}
_WHOSE: dict[str, Subjects] = {"device": "device", "site": "site", "client": "client", "domain": "domain"}
_USUAL = {FactKind.NUMBER, FactKind.WORD, FactKind.BOOLEAN, FactKind.TEXT}
COUNT = FactType("count", FactKind.NUMBER, unit="count")
SHARE = FactType("share", FactKind.NUMBER, unit="percent")


class Reader:
    """Reads the sentences of one entry, over the subject or over the object of a list (`within`)."""

    def __init__(self, settings: dict[str, Setting]) -> None:
        self.settings = settings

    def sentence(self, written: object, within: str = "", lists: int = 0) -> Sentence:
        """Return the sentence; raises Refused."""
        if not isinstance(written, Map):
            raise Refused(f"{written!r} is no sentence")
        try:
            return self._sentence(written, within, lists)
        except Refused as refused:
            raise Refused(refused.text, refused.line or written.line, refused.kind) from refused

    def _sentence(self, written: Map, within: str, lists: int) -> Sentence:
        line = written.line
        for word in ("all_of", "any_of"):
            if word in written:
                parts = _row(_alone(written, word), word)
                if len(parts) < 2:
                    raise Refused(f"{word} joins two sentences or more")
                inner = tuple(self.sentence(part, within, lists) for part in parts)
                return Joined("all_of" if word == "all_of" else "any_of", inner, line)
        if "not" in written:
            return Not(self.sentence(_alone(written, "not"), within, lists), line)
        if "choose" in written:
            return self._choose(_row(_alone(written, "choose"), "choose"), within, lists, line)
        if "each_of" in written:
            return self._each_of(written, within, lists)
        for list_word in _LIST_WORDS:
            if list_word in written:
                return self._over_list(list_word, written, within, lists)
        if "agreed" in written:
            return self._agreed(written)
        if "rise" in written:
            return self._rise(written, within)
        if "usually" in written:
            return self._usually(written, within)
        if "fact" in written:
            fact = self.fact(written["fact"], within)
            return Compare(fact, self._limit(written, {"fact"}, fact.type, within), line)
        raise Refused(f"no known word in: {', '.join(written)}")

    def fact(self, path: object, within: str) -> FactRef:
        """Return the fact that a path names; raises Refused when the vocabulary has no such fact."""
        if not isinstance(path, str):
            raise Refused(f"{path!r} is no fact")
        first, _, rest = path.partition(".")
        whose = _WHOSE.get(first)
        bare, inside = (rest, "") if whose and rest else (path, within)
        try:
            found = resolve(bare, inside)
        except UnknownFact as error:
            raise Refused(_no_such_fact(error)) from error
        steps = bare.count(".") + 1
        if (inside and steps > 1) or (not inside and steps > 2):
            raise Refused(f"{path!r} reaches into a list: ask with every, any, none, count, share or each_of")
        if not inside and steps == 2 and resolve(bare.partition(".")[0]).kind is FactKind.OBJECTS:
            raise Refused(f"{path!r} reaches into a list: ask with every, any, none, count, share or each_of")
        return FactRef(whose or "own", found, of_subject=not inside)

    def _limit(self, written: Map, known: set[str], fact: FactType, within: str) -> Limit:
        named = [word for word in written if word in _COMPARISONS]
        _only(written, known | set(named))
        if len(named) != 1:
            raise Refused(f"one comparison is wanted, not {len(named)} ({', '.join(named) or 'none'})")
        comparison = _COMPARISONS[named[0]]
        fits(comparison, fact)
        try:
            return Limit(comparison, right_side(self, comparison, written[named[0]], fact, within))
        except Refused as refused:
            raise Refused(refused.text, refused.line or written.line_of(named[0]), refused.kind) from refused

    def _choose(self, parts: Row, within: str, lists: int, line: int) -> Choose:
        arms: list[tuple[Sentence, Sentence]] = []
        for number, part in enumerate(parts, start=1):
            last = number == len(parts)
            wanted = {"otherwise"} if last else {"when", "then"}
            if not isinstance(part, Map) or set(part) != wanted:
                raise Refused("choose has pairs of when and then, and otherwise at the end", line)
            if not last:
                pair = (self.sentence(part["when"], within, lists), self.sentence(part["then"], within, lists))
                arms.append(pair)
            elif arms:
                return Choose(tuple(arms), self.sentence(part["otherwise"], within, lists), line)
        raise Refused("choose has one when and then at least", line)

    def _objects(self, written: Map, word: str, within: str) -> FactRef:
        fact = self.fact(written[word], within)
        if fact.type.kind is not FactKind.OBJECTS:
            raise Refused(f"{fact.path} is a {fact.type.kind.value}, not a list of objects")
        return fact

    def _each_of(self, written: Map, within: str, lists: int) -> EachOf:
        _only(written, {"each_of", "among", "has", "called"})
        if "among" not in written:
            raise Refused("each_of needs 'among', the list where the names are looked for")
        if lists >= MAX_LISTS:
            raise Refused("lists are nested at most twice")
        among = self._objects(written, "among", within)
        has = self.sentence(written["has"], among.path, lists + 1) if "has" in written else None
        names = written["each_of"]
        setting = self.setting_ref(names)
        if setting is not None:
            if self.settings[setting.name].kind != "list":
                raise Refused(f"each_of wants a list; the setting {setting.name} is none")
            return EachOf(setting, among, has, _called(written, among.type.name), written.line)
        row = _row(names, "each_of")
        if not row or not all(isinstance(one, str | int | float) for one in row):
            raise Refused("each_of wants a list of names")
        texts = tuple(str(one) for one in row)
        return EachOf(Constant(texts), among, has, _called(written, among.type.name), written.line)

    def _over_list(self, word: ListWord, written: Map, within: str, lists: int) -> OverList:
        if lists >= MAX_LISTS:
            raise Refused("lists are nested at most twice")
        of_devices = written[word] == DEVICES
        objects = None if of_devices else self._objects(written, word, within)
        if of_devices and within:
            raise Refused("an object of a list has no devices")
        inner = "" if objects is None else objects.path

        def part(name: str) -> Sentence | None:
            return self.sentence(written[name], inner, lists + 1) if name in written else None

        if (word in {"every", "share"}) != ("has" in written):
            raise Refused(f"{word} needs 'has'" if word in {"every", "share"} else f"{word} takes 'where', not 'has'")
        if word in {"any", "none"} and "where" not in written:
            raise Refused(f"{word} needs 'where'")
        known = {word, "where", "except", "has", "if_none", "called"}
        limit = None
        if word in {"count", "share"}:
            limit = self._limit(written, known, COUNT if word == "count" else SHARE, within)
            if limit.comparison not in _OVER_COUNTS:
                raise Refused(f"{limit.comparison} does not fit {word}")
        _only(written, known | set(_COMPARISONS if limit else ()))
        return OverList(
            word,
            objects,
            part("where"),
            part("except"),
            part("has"),
            _if_none(written),
            _called(written, DEVICES if objects is None else objects.type.name),
            limit,
            written.line,
        )

    def _agreed(self, written: Map) -> Agreed:
        name = written["agreed"]
        if set(written) != {"agreed", "is"} or written["is"] not in {"yes", "no"} or not isinstance(name, str):
            raise Refused("agreed is written {agreed: setting, is: yes} or {agreed: setting, is: no}")
        if name not in self.settings:
            raise Refused(f"there is no setting {name!r}")
        if self.settings[name].kind != "agreement":
            raise Refused(f"agreed wants a setting with 'value: yes or no'; {name} is none")
        return Agreed(name, written["is"] == "yes", written.line)

    def _rise(self, written: Map, within: str) -> Rise:
        counter = self._counter(written["rise"], within)
        per = self._counter(written["per"], within) if "per" in written else None
        over_s, over_text = _period(written)
        kind = SHARE if per is not None else counter.type
        limit = self._limit(written, {"rise", "per", "over"}, kind, within)
        return Rise(counter, per, over_s, over_text, limit, written.line)

    def _counter(self, path: object, within: str) -> FactRef:
        fact = self.fact(path, within)
        if fact.type.kind is not FactKind.NUMBER or fact.whose != "own":
            raise Refused(f"{path!r} is no counter of this subject")
        return fact

    def _usually(self, written: Map, within: str) -> Usually:
        fact = self.fact(written["usually"], within)
        if fact.whose != "own" or fact.type.kind not in _USUAL:
            raise Refused(f"{written['usually']!r} is no number, word or yes/no of this subject")
        over_s, over_text = _period(written)
        readings = written.get("readings", max(2, over_s // DAY_S))
        if not isinstance(readings, int) or readings < 2:
            raise Refused("'readings' is the number of readings that the schedule gives, 2 or more")
        limit = self._limit(written, {"usually", "over", "readings"}, fact.type, within)
        return Usually(fact, over_s, over_text, readings, limit, written.line)

    def setting_ref(self, written: object) -> SettingRef | None:
        """Return the setting that `$name` stands for, or None where a value is written."""
        if not isinstance(written, str) or not written.startswith("$"):
            return None
        if written[1:] not in self.settings:
            raise Refused(f"there is no setting {written[1:]!r}")
        return SettingRef(written[1:])


def _alone(written: Map, word: str) -> object:
    if len(written) != 1:
        raise Refused(f"{word} stands alone, without {', '.join(k for k in written if k != word)}")
    return written[word]


def _row(written: object, word: str) -> Row:
    if not isinstance(written, Row):
        raise Refused(f"{word} wants a list")
    return written


def _only(written: Map, known: set[str]) -> None:
    unknown = [word for word in written if word not in known]
    if unknown:
        raise Refused(f"{unknown[0]!r} is not understood here", written.line_of(unknown[0]))


def _called(written: Map, name: str) -> str:
    called = written.get("called", name.replace("_", " "))
    if not isinstance(called, str) or not called:
        raise Refused("'called' is the noun for the objects")
    return called


def _if_none(written: Map) -> IfNone | None:
    said = written.get("if_none")
    for known in get_args(IfNone):
        if said == known:
            return known  # type: ignore[no-any-return]
    if said is not None:
        raise Refused(f"if_none is yes, no, unknown or not applicable, not {said!r}")
    return None


def _period(written: Map) -> tuple[int, str]:
    over = written.get("over")
    if not isinstance(over, str):
        raise Refused("'over' is missing: the length of time that is looked at")
    length = duration(over)
    if not isinstance(length, int) or length <= 0:
        raise Refused(f"over: {over!r} is no fixed length of time")
    return length, over


def _no_such_fact(error: UnknownFact) -> str:
    close = [name for name in error.known if name[:3] == error.path.rpartition(".")[2][:3]]
    return f"no such fact: {error}" + (f"; near: {', '.join(close[:4])}" if close else "")
