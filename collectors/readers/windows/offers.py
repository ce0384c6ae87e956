"""What a Windows machine offers to others: WinRM, shares, certificates, network cards, printers."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.windows import Certificate, Nic, Printer, Share, WinrmService
from collectors.readers.json_shapes import an_object, flag, moment, name_of, rows, text, texts, whole
from collectors.readers.windows.asked import absent, unique
from collectors.readers.windows.sddl import open_to_everyone
from collectors.replies import JsonReplies
from collectors.told import told

NETBIOS = {0: "by-dhcp", 1: "on", 2: "off"}  # Win32_NetworkAdapterConfiguration.TcpipNetbiosOptions
SHARED_PRINTER = 0x8  # PRINTER_ATTRIBUTE_SHARED
FOLDER = 0  # ShareType: FileSystemDirectory
_COMMON_NAME = re.compile(r'(?:^|,\s*)CN=(?:"([^"]+)"|([^,]+))')
_FOLDER_UNREAD = Gap(
    reason=GapReason.NOT_TOLD, text="is open at the share, and the folder's own list could not be read"
)
_USE_UNSEEN = Gap(
    reason=GapReason.NOT_TOLD, text="is not known: no web, desktop or WinRM binding names it, other uses are not seen"
)


def read_winrm(replies: JsonReplies) -> Part:
    """Return how the service listens; the networks are those of all firewall rules that let its ports in."""
    block = an_object(replies, "winrm")

    def https_only() -> bool | None:
        listeners = texts(block.get("listeners"))
        if not listeners or not set(listeners) <= {"Transport=HTTP", "Transport=HTTPS"}:
            return None
        return "Transport=HTTP" not in listeners

    def networks() -> tuple[str, ...] | None:
        found = texts(replies["winrm-networks"])
        return None if found is None else tuple(dict.fromkeys(found))

    return told(
        WinrmService,
        {
            "unencrypted_allowed": lambda: _truth(text(block.get("unencrypted"))),
            "basic_allowed": lambda: _truth(text(block.get("basic"))),
            "all_listeners_https": https_only,
            "remote_networks": networks,
        },
    )


def _truth(written: str | None) -> bool | None:
    return {"true": True, "false": False}.get((written or "").casefold())


def read_shares(replies: JsonReplies) -> Part:
    """Return the shared folders; one is open when both its own list and the folder's let all users change something."""
    shares: list[Share] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "shares"):
        kind, name = whole(row.get("kind")), name_of(row, "shares")
        if kind is None:
            raise UnexpectedReply(f"holds {name!r:.40} without its kind")
        if kind != FOLDER:
            continue
        share, folder = (open_to_everyone(text(row.get(key)) or "") for key in ("share_sddl", "folder_sddl"))
        opened = False if share is False or folder is False else True if share and folder else None
        shares.append(Share(name=name, open_to_everyone=opened, encrypted=flag(row.get("encrypted"))))
        if opened is None:
            gaps[f"[{name}].open_to_everyone"] = _FOLDER_UNREAD
    return Part(tuple(shares), gaps)


def read_certificates(replies: JsonReplies) -> Part:
    """Return the machine's own certificates; a use that we cannot see is open, not 'not in use'."""
    certificates: list[Certificate] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "certificates"):
        found = _COMMON_NAME.search(text(row.get("subject")) or "")
        subject = (found[1] or found[2]).strip() if found else "certificate"
        name = f"{subject} ({name_of(row, 'certificates', 'thumbprint')[:8]})"
        used = flag(row.get("in_use")) or None
        certificates.append(Certificate(name=name, valid_until_at=moment(row.get("expires_at")), in_use=used))
        if used is None:
            gaps[f"[{name}].in_use"] = _USE_UNSEEN
    return Part(tuple(certificates), gaps)


def read_nics(replies: JsonReplies) -> Part:
    """Return the network cards with an address; whether their address is reserved is known to the DHCP server alone."""
    cards: list[Nic] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "nics"):
        label = text(row.get("name")) or name_of(row, "nics", "description")
        name = unique(label, [card.name for card in cards])
        netbios = NETBIOS.get(whole(row.get("netbios")) if row.get("netbios") is not None else -1)  # type: ignore[arg-type]
        cards.append(
            Nic.model_validate(
                {
                    "name": name,
                    "dns_servers": texts(row.get("dns_servers")),
                    "dhcp": flag(row.get("dhcp")),
                    "netbios": netbios,
                }
            )
        )
        if netbios is None:
            gaps[f"[{name}].netbios"] = NOT_TOLD
    return Part(tuple(cards), gaps)


def read_printers(replies: JsonReplies) -> Part | None:
    """Return the queues as the registry holds them, also while the spooler is stopped."""
    if absent(replies, "printers"):
        return None
    queues = []
    for row in rows(replies, "printers"):
        attributes = whole(row.get("attributes"))
        shared = None if attributes is None else bool(attributes & SHARED_PRINTER)
        queues.append(Printer(name=name_of(row, "printers"), shared=shared))
    return Part(tuple(queues))
