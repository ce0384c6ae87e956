"""The subjects of Windows' audit policy by GUID (MS-GPAC, section 2.2.1.2), and its settings in several languages."""

from collections.abc import Mapping
from typing import Final

GUID_ENDS_WITH: Final = "-69AE-11D9-BED3-505054503030"

_NAMES = """
10 Security State Change|11 Security System Extension|12 System Integrity|13 IPsec Driver|14 Other System Events
15 Logon|16 Logoff|17 Account Lockout|18 IPsec Main Mode|19 IPsec Quick Mode|1A IPsec Extended Mode|1B Special Logon
1C Other Logon/Logoff Events|1D File System|1E Registry|1F Kernel Object|20 SAM|21 Certification Services
22 Application Generated|23 Handle Manipulation|24 File Share|25 Filtering Platform Packet Drop
26 Filtering Platform Connection|27 Other Object Access Events|28 Sensitive Privilege Use|29 Non Sensitive Privilege Use
2A Other Privilege Use Events|2B Process Creation|2C Process Termination|2D DPAPI Activity|2E RPC Events
2F Audit Policy Change|30 Authentication Policy Change|31 Authorization Policy Change|32 MPSSVC Rule-Level Policy Change
33 Filtering Platform Policy Change|34 Other Policy Change Events|35 User Account Management
36 Computer Account Management|37 Security Group Management|38 Distribution Group Management
39 Application Group Management|3A Other Account Management Events|3B Directory Service Access
3C Directory Service Changes|3D Directory Service Replication|3E Detailed Directory Service Replication
3F Credential Validation|40 Kerberos Service Ticket Operations|41 Other Account Logon Events
42 Kerberos Authentication Service|43 Network Policy Server|44 Detailed File Share|45 Removable Storage
46 Central Policy Staging|47 User / Device Claims|48 Plug and Play Events|49 Group Membership
4A Token Right Adjusted Events
"""
NAMES: Final[Mapping[str, str]] = {
    f"0CCE92{entry[:2]}{GUID_ENDS_WITH}": entry[3:] for entry in _NAMES.strip().replace("\n", "|").split("|")
}

BOTH, SUCCESS, FAILURE, NOTHING = (True, True), (True, False), (False, True), (False, False)
_WORDS = {
    BOTH: (
        "success and failure|erfolg und fehler|succes et echec|aciertos y errores|correcto y con error",
        "operazioni riuscite e non riuscite|esito positivo e negativo|geslaagd en mislukt",
        "exito e falha|sucesso e falha|powodzenie i niepowodzenie",
    ),
    SUCCESS: (
        "success|erfolg|succes|aciertos|correcto|operazioni riuscite|esito positivo|geslaagd|exito|sucesso|powodzenie",
    ),
    FAILURE: ("failure|fehler|echec|errores|error|operazioni non riuscite|esito negativo|mislukt|falha|niepowodzenie",),
    NOTHING: (
        "no auditing|keine uberwachung|pas d'audit|aucun audit|sin auditoria|nessun controllo|nessuna verifica",
        "geen controle|sem auditoria|brak inspekcji",
    ),
}
SETTINGS: Final[Mapping[str, tuple[bool, bool]]] = {
    name: setting for setting, lines in _WORDS.items() for line in lines for name in line.split("|")
}
"""Success and failure, by the words of 'Inclusion Setting' without accents and case."""
