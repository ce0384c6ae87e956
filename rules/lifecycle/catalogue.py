"""The dated catalogue: products, their support lines, and their releases."""

from datetime import date

from rules.lifecycle.cycles import cycles_of
from rules.lifecycle.order.relation import Scheme
from rules.lifecycle.order.schemes import scheme_of
from rules.lifecycle.releases import WINDOWS, Releases, of_product
from rules.lifecycle.rows import BuildsFile, CycleRow, LifecycleFile, ProductRow

_FROM_BUILDS = WINDOWS | {"mssqlserver", "msexchange"}


class Catalogue:
    """What is carried or was imported, with the day it is of; never changed after it was made."""

    def __init__(self, lifecycle: LifecycleFile, builds: BuildsFile, origin: str = "carried"):
        self.lifecycle = lifecycle
        self.builds = builds
        self.origin = origin
        self._products = {row.id: row for row in lifecycle.products}
        self._names = {row.name.casefold(): row for row in lifecycle.products}
        self._releases: dict[str, Releases] = {}
        self._cycles: dict[tuple[str, str, str], tuple[CycleRow, ...]] = {}

    @property
    def as_of_on(self) -> date:
        """Return the day that the older of the two files is of."""
        return min(self.lifecycle.meta.data_as_of, self.builds.meta.as_of_on)

    def product(self, name: str) -> ProductRow | None:
        """Return the product by its id or its name, in any case."""
        wanted = name.strip().casefold()
        return self._products.get(wanted) or self._names.get(wanted)

    def scheme(self, name: str) -> Scheme | None:
        """Return the version order of a product, or of a scheme."""
        product = self.product(name)
        if product is None:
            return scheme_of(name)
        return scheme_of(product.id) or scheme_of(product.scheme)

    def releases(self, product: ProductRow) -> Releases:
        """Return the product's dated releases; empty where the catalogue has none."""
        if product.id not in self._releases:
            self._releases[product.id] = of_product(product, self.scheme(product.id), self.builds)
        return self._releases[product.id]

    @property
    def as_of_days(self) -> tuple[date, ...]:
        """Return the day of each of the lists."""
        return self.lifecycle.meta.data_as_of, self.builds.meta.as_of_on

    def releases_as_of_on(self, product: ProductRow) -> date:
        """Return the day that the product's list of releases is of."""
        return self.builds.meta.as_of_on if product.id in _FROM_BUILDS else self.lifecycle.meta.data_as_of

    def cycles(self, product: ProductRow, version: str, edition: str = "") -> tuple[CycleRow, ...]:
        """Return the support lines that the version may belong to, none if unknown."""
        known = self._cycles.get((product.id, version, edition))
        if known is None:
            known = cycles_of(product, self.scheme(product.id), version, edition)
            if len(self._cycles) < 10_000:  # versions come from devices; a lying one must not fill the memory
                self._cycles[product.id, version, edition] = known
        return known

    def line_start_on(self, product: ProductRow, version: str) -> date | None:
        """Return the day before which no release of the version's line came out; None if that is not known.

        A preview may come before it. For Windows it is told only for a build whose revision is not told.
        """
        releases = self.releases(product)
        parsed = releases.read(version)
        if parsed is None or parsed.prerelease:
            return None
        if product.id in WINDOWS:
            told_revision = not parsed.line
            if told_revision or not any(row.parsed and row.parsed.key[0] == parsed.key[0] for row in releases.rows):
                return None
        return min((row.rel for row in self.cycles(product, version)), default=None)
