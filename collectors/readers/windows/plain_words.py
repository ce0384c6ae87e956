"""Words of a Windows in any language, brought to one form to be compared."""

import unicodedata


def plain(text: str) -> str:
    """Return a text without case, accents, control characters and double spaces, as 'duree du verrouillage'."""
    parts = unicodedata.normalize("NFKD", text.replace("\u2019", "'").replace("ł", "l"))
    kept = "".join(
        c for c in parts if not unicodedata.combining(c) and (c.isspace() or unicodedata.category(c) != "Cc")
    )
    return " ".join(kept.casefold().split())
