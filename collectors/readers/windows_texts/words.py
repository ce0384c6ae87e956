"""Localised words of Windows: compared without accents and case, and never guessed."""

import re
from collections.abc import Iterator

from collectors.readers.windows.plain_words import plain

NEVER = frozenset(
    """
    never nie jamais nunca mai nooit aldrig aldri nigdy nikdy никогда
    unlimited unbegrenzt unbeschrankt illimite illimitee illimites ilimitado ilimitada ilimitados illimitato illimitata
    onbeperkt obegransad ubegrenset ubegraenset nieograniczony bez-ograniczen neomezene neomezeno rajoittamaton
    """.split()
)
"""An age without end, and a threshold that never locks."""
NONE = frozenset(
    """
    none keine kein aucun aucune ninguno ninguna nessuno nessuna geen nenhum nenhuma ingen inga brak zadne zadna
    """.split()
)
"""A history without any entry."""


def is_word(value: str, words: frozenset[str]) -> bool:
    """Return whether a value is one of the words, in any of the languages."""
    return plain(value).rstrip(".").replace(" ", "-") in words


def labelled(text: str) -> Iterator[tuple[str, str]]:
    """Give the 'label: value' lines of an output, labels as `plain`; lines that are further in belong to none."""
    for line in text.splitlines():
        found = re.match(r"(?! {8})([^:\uff1a]{2,80}?)\s*[:\uff1a]\s*(.*)$", line)
        if found:
            yield plain(found[1]), found[2].strip()
