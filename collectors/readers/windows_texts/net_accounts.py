"""`net accounts`: the rows by their labels in the languages we know, else by their order and form."""

import re
from collections.abc import Mapping

from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.readers.windows.plain_words import plain
from collectors.readers.windows_texts.words import NEVER, NONE, is_word, labelled
from collectors.told import Teller

LOCAL = "net accounts"
DOMAIN = "net accounts /domain"

MINUTE_S, DAY_S = 60, 86_400
ROWS = ("force_logoff", "min_age", "max_age", "min_length", "history", "threshold", "duration", "window", "role")
"""The rows, in the order in which every Windows prints them."""

_LABELS = {
    "max_age": (
        r"(max|mass).{0,40}(passw|kennwort|mot de passe|contrase|senha|palavra|losen|hasl|hesl|wachtwoord|adgangskod)",
        r"(kennwort|passw|wachtwoord|contrase|senha|duree de vie|durata|duracion|vigencia).{0,40}(max|mass)",
    ),
    "min_length": (
        r"min.{0,20}(password length|kennwortl|wachtwoordleng|losenordsl|passordleng|adgangskodel)",
        r"(longueur|longitud|lunghezza|comprimento|tamanho) min|minimalna dlugosc|minimalni delka",
    ),
    "min_age": (
        r"min.{0,40}(password age|kennwortalter|duree|vigencia|duracion|edad|validita|idade)",
        r"min.{0,40}(wachtwoord|losen|passord|adgangskod|hasl|hesl)",
        r"(duree de vie|duracion|vigencia|edad|durata|validita|idade|vida|tempo).{0,30}min",
    ),
    "history": (r"histor|verlauf|anterieurs|cronologia|geschiedenis|pamietan|tidigare",),
    "threshold": (r"threshold|sperrschwelle|seuil|umbral|soglia|drempel|limiar|troskel|terskel|prog blokady",),
    "window": (r"window|fenster|fenetre|ventana|finestra|venster|janela|fonster|vindu|okno",),
    "duration": (
        r"lockout duration|sperrdauer|duree (du|de) verrouillage|duracion (de |del )?bloqueo|durata (del )?blocco",
        r"vergrendelingsduur|duur .*vergrendeling|duracao d[eo] bloqueio|czas trwania blokady",
    ),
    "role": (r"\brol(e|le)?\b|computerroll?e?\b|funktion|funcion|ruolo|funzione|funcao|papel",),
}
_ORDER = ("role", "history", "window", "threshold", "duration", "min_length", "max_age", "min_age")
_ROLES = {
    "server": "server", "serveur": "server", "servidor": "server", "serwer": "server",
    "workstation": "workstation", "station": "workstation", "station de travail": "workstation",
    "arbeitsstation": "workstation", "arbeitsstationsdienst": "workstation", "estacion de trabajo": "workstation",
    "estacion": "workstation", "werkstation": "workstation", "estacao de trabalho": "workstation",
    "stacja robocza": "workstation", "stazione di lavoro": "workstation",
    "primary": "primary", "primar": "primary", "principal": "primary", "primario": "primary", "primair": "primary",
    "backup": "backup", "sicherung": "backup", "reserva": "backup", "secondaire": "backup", "secundario": "backup",
}  # fmt: skip


def rows_of(text: str) -> dict[str, str]:
    """Return the values by row; raises UnexpectedReply when the rows are not certainly those of the command."""
    lines = [(label, value) for label, value in labelled(text) if value]
    found: dict[str, str] = {}
    for label, value in lines:
        name = next((name for name in _ORDER if any(re.search(form, label) for form in _LABELS[name])), None)
        if name in found:
            raise UnexpectedReply("is told twice")
        if name is not None:
            found[name] = value
    if len(found) >= len(_ORDER) - 1:
        return found
    return _by_order(lines) or (found if len(found) >= 2 else _nothing())


def _nothing() -> dict[str, str]:
    raise UnexpectedReply("is told in a language or form that is not known")


def _by_order(lines: list[tuple[str, str]]) -> dict[str, str] | None:
    """Return the rows of an unknown language: nine of them, with days and minutes in brackets where they belong."""
    if len(lines) != len(ROWS):
        return None
    units = [found[1] if (found := re.search(r"\(([^)]+)\)[ ?]*$", label)) else "" for label, _ in lines]
    days, minutes = units[1], units[6]
    if units[1:] != [days, days, "", "", "", minutes, minutes, ""] or not days or not minutes or days == minutes:
        return None
    return dict(zip(ROWS, (value for _, value in lines), strict=True))


def tellers(text: str) -> Mapping[str, Teller]:
    """Return the tellers of the policy's fields; ages are told in days, locks in minutes."""
    rows = rows_of(text)
    return {
        "min_length_count": lambda: _count(rows.get("min_length"), NONE, 0),
        "history_count": lambda: _count(rows.get("history"), NONE, 0),
        "max_age_s": lambda: _times(_endless(rows.get("max_age")), DAY_S),
        "min_age_s": lambda: _times(_count(rows.get("min_age"), NONE, 0), DAY_S),
        "complexity": lambda: None,
        "reversible": lambda: None,
        "threshold_count": lambda: _endless(rows.get("threshold")),
        "duration_s": lambda: _times(_endless(rows.get("duration")), MINUTE_S),
        "window_s": lambda: _times(_count(rows.get("window"), NONE, 0), MINUTE_S),
    }


def role_of(text: str) -> str | None:
    """Return 'server', 'workstation', 'primary' or 'backup' (both domain controllers), None for an unknown word."""
    return _ROLES.get(plain(rows_of(text).get("role", "")))


def _endless(value: str | None) -> int | str | Gap | None:
    """Return an amount of which 0 means no end, as Microsoft's pages of the three policies say."""
    count = _count(value, NEVER, "unlimited")
    return "unlimited" if count == 0 else count


def _count(value: str | None, words: frozenset[str], meaning: int | str) -> int | str | Gap | None:
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if is_word(value, words):
        return meaning
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {value!r:.40}, a word that is not known")


def _times(value: int | str | Gap | None, seconds: int) -> int | str | Gap | None:
    return value * seconds if isinstance(value, int) else value
