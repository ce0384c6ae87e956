"""The labels of `systeminfo` in the languages that we know; product and version are known by their form in any."""

import re

from collectors.readers.windows.plain_words import plain
from collectors.readers.windows_texts.words import labelled

_LABELS = {
    "name": (
        "host name|hostname|computername|nom de l'hote|nombre de host|nome host|hostnaam|nome do host",
        "nome do anfitriao|nazwa hosta|vardnamn|vertsnavn|vaertsnavn",
    ),
    "configuration": (
        "os configuration|betriebssystemkonfiguration|configuration du systeme( d'exploitation)?",
        "configuracion del sistema operativo|configurazione (so|sistema operativo)|configuratie van besturingssysteem",
        "besturingssysteemconfiguratie|configuracao do (so|sistema operacional|sistema operativo)",
        "konfiguracja systemu operacyjnego",
    ),
    "manufacturer": (
        "system manufacturer|systemhersteller|fabricant du systeme|fabricante del sistema|produttore sistema",
        "systeemfabrikant|fabrikant van systeem|fabricante do sistema|producent systemu",
    ),
    "model": (
        "system model|systemmodell|modele du systeme|modelo de?l sistema|modello sistema|systeemmodel",
        "model van systeem|modelo do sistema|model systemu",
    ),
    "memory": (
        "total physical memory|gesamter physischer speicher|memoire physique totale|cantidad total de memoria fisica",
        "memoria fisica totale|totaal fysiek geheugen|memoria fisica total|calkowita ilosc pamieci fizycznej",
    ),
    "booted": (
        "system boot time|systemstartzeit|heure de demarrage du systeme|tiempo de arranque del sistema",
        "tempo di avvio sistema|opstarttijd van systeem|tempo de inicializacao do sistema|czas rozruchu systemu",
    ),
}
_PRODUCT = re.compile(r"(?:Microsoft\W{0,3} ?)?Windows[\s\u00ae(].*")
_VERSION = re.compile(r"\d{1,2}\.\d{1,2}\.\d{3,6}\b.*\d{3,6}\s*$")
_MEMBER = "member|mitglied|membre|miembro|membro|lid van|medlem|czlonkowsk"
_CONTROLLER = "domain controller|domanencontroller|controleur de domaine|controlador de domini?o|controller di dominio|"
_CONTROLLER += "domeincontroller|kontroler domeny"
_ALONE = "standalone|eigenstandig|autonom|independiente|independente|indipendente|zelfstandig|samodzieln|fristaende"


def rows_of(text: str) -> dict[str, str]:
    """Return the values by our names; the first product and version are taken, whatever their labels are."""
    found: dict[str, str] = {}
    for label, value in labelled(text):
        if not value:
            continue
        name = next((name for name, forms in _LABELS.items() if any(re.fullmatch(form, label) for form in forms)), None)
        if name is None and _VERSION.fullmatch(value):
            name = "version"
        elif name is None and _PRODUCT.fullmatch(value):
            name = "product"
        if name is not None:
            found.setdefault(name, value)
    return found


def member_of_domain(configuration: str | None) -> bool | None:
    """Return whether 'Member Server', 'Standalone Workstation' and the like mean a domain, None for unknown words."""
    words = plain(configuration or "")
    joined, alone = re.search(f"{_MEMBER}|{_CONTROLLER}", words), re.search(_ALONE, words)
    return None if bool(joined) == bool(alone) else bool(joined)
