"""Compare two versions of one product or scheme."""

from rules.lifecycle.order.relation import Order, Parsed, Relation, Scheme, of_keys
from rules.lifecycle.order.schemes import scheme_of

TEXT_LIMIT = 120  # characters; the longest real version string seen has 44

_WORDS: dict[Relation, str] = {"older": "comes before", "newer": "comes after", "equal": "is the same version as"}


def compare(scheme_or_product: str, a: str, b: str) -> Order:
    """Return how version a stands to version b, with the reason; whatever is not understood whole is incomparable.

    Never raises, and compare(s, b, a) is always the opposite. The order is that of version numbers, which is not the
    order of release dates outside one train: 11.1.13-h11 is older than 11.1.16-h1 and was released later. Where a
    vendor has parallel branches whose numbers say nothing about each other, the answer is incomparable: a GDR and a CU
    build of one SQL Server service level (15.0.2104.1 has the lower number and the later date), and a Fireware special
    release whose build number, which WatchGuard goes by, contradicts its version (12.0.1CSP B546744, 12.0.2 B546738).
    """
    scheme = scheme_of(scheme_or_product)
    if scheme is None:
        return Order("incomparable", f"no version order is known for {shown(scheme_or_product)}")
    left, right = read(scheme, a), read(scheme, b)
    if left is None or right is None:
        unread = shown(a if left is None else b)
        return Order("incomparable", f"{unread} is not a version that the order of {scheme.name} reads")
    return relate(scheme, left, right, shown(a), shown(b))


def read(scheme: Scheme, text: str) -> Parsed | None:
    """Return the version, or None when any part of the text is not understood."""
    text = text.strip()
    return scheme.parse(text) if 0 < len(text) <= TEXT_LIMIT else None


def relate(scheme: Scheme, left: Parsed, right: Parsed, a: str = "this", b: str = "that") -> Order:
    """Return how two versions that were read stand; a and b are the words for them in the reason."""
    if scheme.relate and (own := scheme.relate(left, right)):
        return own
    if not scheme.alike(left.line, right.line):
        return Order("incomparable", f"{a} and {b} {scheme.lines}")
    relation = of_keys(left.key, right.key)
    if relation == "equal" and left.build is not None and right.build is not None and left.build != right.build:
        relation = of_keys((left.build,), (right.build,))
        return Order(relation, f"the version is the same, build {left.build} {_WORDS[relation]} build {right.build}")
    return Order(relation, f"{a} {_WORDS[relation]} {b} in the order of {scheme.name}")


def shown(text: str) -> str:
    """Return a hostile text as one short line."""
    kept = "".join(c if c.isprintable() else "?" for c in text.strip()[:TEXT_LIMIT])
    return kept or "an empty text"
