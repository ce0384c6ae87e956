"""A client's own values for the settings of the library's standards."""

from collections.abc import Mapping

from rules.compile.bound import Bound, bind
from rules.grammar.settings import Setting, Value
from rules.problems import Refused
from rules.quantities import Unit, in_unit_of
from rules.standard import Standard

Overrides = Mapping[str, Mapping[str, object]]
"""By standard and setting: what a client's file says instead of the default."""


class ClientSettings:
    """The settings of one client, made ready once for each standard.

    A value that a standard refuses counts as not agreed, so that it can never make a yes; `check_overrides` tells it.
    """

    def __init__(self, overrides: Overrides | None = None) -> None:
        self.overrides: Overrides = overrides or {}
        self._bound: dict[int, tuple[Standard, Bound]] = {}

    def values(self, standard: Standard) -> dict[str, Value | None]:
        """Return this client's values of a standard's settings; None is not agreed."""
        own = self.overrides.get(standard.id, {})
        values: dict[str, Value | None] = {}
        for name, setting in standard.settings.items():
            values[name] = setting.default
            if name in own:
                try:
                    values[name] = accepted(setting, own[name])
                except Refused:
                    values[name] = None
        return values

    def bound(self, standard: Standard) -> Bound:
        """Return the right sides of a standard's comparisons, ready for this client."""
        kept = self._bound.get(id(standard))
        if kept is None:
            kept = (standard, bind(standard.compiled.slots, dict(standard.settings), self.values(standard)))
            self._bound[id(standard)] = kept
        return kept[1]


AS_SHIPPED = ClientSettings()


def accepted(setting: Setting, value: object) -> Value:
    """Return an override as a value; a bare number is taken in the unit of the setting's default. Raises Refused."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and setting.low is not None and setting.low.unit is not Unit.COUNT and isinstance(value, int | float):
        pattern = setting.default_quantity or setting.low
        return setting.accept(in_unit_of(value, pattern))
    return setting.accept(value)


def check_overrides(standards: Mapping[str, Standard], overrides: Overrides) -> tuple[str, ...]:
    """Return what is wrong with a client's overrides, one sentence each: unknown standard or setting, out of bounds."""
    wrong = []
    for id_, values in overrides.items():
        standard = standards.get(id_)
        if standard is None:
            wrong.append(f"{id_}: there is no such standard")
            continue
        for name, value in values.items():
            if name not in standard.settings:
                known = ", ".join(standard.settings) or "none"
                wrong.append(f"{id_}: there is no setting {name!r}; it has {known}")
                continue
            try:
                accepted(standard.settings[name], value)
            except Refused as refused:
                wrong.append(f"{id_}: {refused.text}")
    return tuple(wrong)
