"""What Cisco IOS and IOS-XE say of their own version and build, in sysDescr and in 'show version' alike."""

import re
from dataclasses import dataclass
from datetime import date

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.scalars import Span
from collectors.facts.sections.system import Firmware
from collectors.told import told

_VERSION = re.compile(
    r"\([\w-]+\), Version (?P<version>[\w.():-]+)", re.ASCII
)  # after the image's name: the others are of loaders
_IMAGE = re.compile(r"Software[^\n(]*\((?P<image>[\w-]+)\)", re.ASCII)
_COMPILED = re.compile(
    r"\bCompiled (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{1,2})-([A-Z][a-z]{2})-(\d\d|\d{4})(?=\s|$)", re.ASCII
)
_IOS = re.compile(r"\d{2}\.\d{1,2}\(\d+[a-z]*(?:\.\d+)?\)[A-Z]*\d*[a-z]?\d*", re.ASCII)
_IOS_XE = re.compile(r"(?:1[6-9]|2\d)\.\d{1,2}\.\d{1,2}[a-z]*", re.ASCII)
_OLD_IOS_XE = re.compile(r"0?3\.\d{1,2}\.\d{1,2}[a-z]?\.?[A-Z]*\d*", re.ASCII)
_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}  # fmt: skip
_NO_BUILD = Gap(reason=GapReason.NOT_TOLD, text="is not told in full: the device cuts its own description")


@dataclass(frozen=True)
class CiscoVersion:
    """The product in the lifecycle data's words, and the version; None where the text does not say it."""

    product: str | None
    version: str | Gap | None
    image: str | None
    released: Span | Gap | None


def read_version(text: str) -> CiscoVersion:
    """Return what a description or 'show version' says; an engineering build is no release and leaves a gap."""
    found, image = _VERSION.search(text), _IMAGE.search(text)
    version: str | Gap | None = found["version"].rstrip(".:") if found else None
    product = _product(version)
    if isinstance(version, str) and product is None:
        version = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {version!r:.60}, which is no release")
    return CiscoVersion(product, version, image["image"] if image else None, _released(text))


def _product(version: str | Gap | None) -> str | None:
    if not isinstance(version, str):
        return None
    if _IOS.fullmatch(version):
        return "ios"
    return "cisco-ios-xe" if _IOS_XE.fullmatch(version) or _OLD_IOS_XE.fullmatch(version) else None


def _released(text: str) -> Span | Gap | None:
    """Return the span that the compile date gives; a date that is cut short is a gap, never guessed."""
    compiled = _COMPILED.search(text)
    if not compiled:
        return _NO_BUILD if "Compiled" in text else NOT_TOLD
    day, month, year = int(compiled[1]), _MONTHS.get(compiled[2]), int(compiled[3])
    year += 0 if year >= 100 else 2000 if year < 80 else 1900
    try:
        return Span.built_on(date(year, month or 0, day))
    except ValueError as error:
        raise UnexpectedReply(f"is told as {compiled[0]!r}, which is no day") from error


def read_firmware(text: str) -> Part:
    """Return product, version and the span of the release date."""
    version = read_version(text)
    return told(
        Firmware,
        {
            "product": lambda: version.product,
            "version": lambda: version.version,
            "released": lambda: version.released,
        },
    )
