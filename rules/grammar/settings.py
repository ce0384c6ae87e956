"""Settings of a standard: a quantity with bounds, a list of texts, or a yes or no that a client agrees to."""

from dataclasses import dataclass
from typing import Literal

from rules.problems import ProblemKind, Refused
from rules.quantities import Quantity, comparable, quantity

TO_BE_AGREED = "to be agreed"

Value = str | int | float | tuple[str | int | float, ...]
"""A setting's value as written: a quantity or yes/no, or a list of texts and numbers."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. A default of None is to be agreed: unknown until the client's value is given."""

    name: str
    kind: Literal["quantity", "list", "agreement"]
    says: str
    default: Value | None
    low: Quantity | None = None
    high: Quantity | None = None
    noun: str = ""

    @property
    def default_quantity(self) -> Quantity | None:
        """Return the default of a quantity as a number with its unit."""
        if self.kind != "quantity" or not isinstance(self.default, str | int | float):
            return None
        return quantity(self.default)

    def accept(self, value: object) -> Value:
        """Return a client's value if it may stand here; raises Refused with the bounds."""
        if self.kind == "list":
            if not isinstance(value, list | tuple) or not all(isinstance(one, str | int | float) for one in value):
                raise Refused(f"{self.name} is a list of texts, not {value!r}", kind=ProblemKind.SETTING)
            return tuple(value)
        if self.kind == "agreement":
            said = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
            if said not in {"yes", "no"}:
                raise Refused(f"{self.name} is yes or no, not {value!r}", kind=ProblemKind.SETTING)
            return str(said)
        return self._within(value)

    def _within(self, value: object) -> Value:
        if isinstance(value, bool) or not isinstance(value, str | int | float) or self.low is None or self.high is None:
            raise Refused(f"{self.name} is a quantity, not {value!r}", kind=ProblemKind.SETTING)
        try:
            found = quantity(value)
        except ValueError as error:
            raise Refused(f"{self.name}: {error}", kind=ProblemKind.SETTING) from error
        if found.unit is not self.low.unit:
            raise Refused(f"{self.name}: {value!r} is not in the unit of {self.low.text}", kind=ProblemKind.SETTING)
        if not comparable(self.low.amount) <= comparable(found.amount) <= comparable(self.high.amount):
            raise Refused(
                f"{self.name}: {value} is outside {self.low.text} to {self.high.text}", kind=ProblemKind.SETTING
            )
        return value


def setting(name: str, written: dict[str, object]) -> Setting:
    """Return a setting as an entry writes it; raises Refused."""
    keys = set(written)
    says = written.get("says")
    if not isinstance(says, str) or not says:
        raise _refused(name, "'says' is missing: the label of the field on the client's page")
    default = written.get("default")
    if default is None:
        raise _refused(name, "'default' is missing")
    agreed_later = default == TO_BE_AGREED
    if keys == {"list", "default", "says"}:
        made = Setting(name, "list", says, None, noun=str(written["list"]))
        return made if agreed_later else _with_default(made, default)
    if keys == {"value", "default", "says"}:
        if written["value"] != "yes or no":
            raise _refused(name, f"'value' is always 'yes or no', not {written['value']!r}")
        made = Setting(name, "agreement", says, None)
        return made if agreed_later else _with_default(made, default)
    if keys != {"default", "from", "to", "says"}:
        raise _refused(name, f"has {', '.join(sorted(keys))}; wanted: default, from, to, says (or list, or value)")
    if agreed_later:
        raise _refused(name, "a quantity has a default")
    return _with_default(_bounded(name, says, written), default)


def _bounded(name: str, says: str, written: dict[str, object]) -> Setting:
    ends = []
    for end in ("from", "to"):
        value = written[end]
        if not isinstance(value, str | int | float):
            raise _refused(name, f"'{end}' is a quantity")
        try:
            ends.append(quantity(value))
        except ValueError as error:
            raise _refused(name, str(error)) from error
    low, high = ends
    if low.unit is not high.unit or comparable(low.amount) > comparable(high.amount):
        raise _refused(name, f"'from' {low.text} is not below 'to' {high.text} in one unit")
    return Setting(name, "quantity", says, None, low, high)


def _with_default(made: Setting, default: object) -> Setting:
    value = made.accept(default)
    return Setting(made.name, made.kind, made.says, value, made.low, made.high, made.noun)


def _refused(name: str, text: str) -> Refused:
    return Refused(f"setting {name}: {text}", kind=ProblemKind.SETTING)
