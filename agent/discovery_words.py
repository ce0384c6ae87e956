"""What a stranger says first: the identification of an SSH server, the name in a certificate."""

import asyncio
import warnings
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning

LINES_LIMIT: Final = 10  # an SSH server may say lines of its own before it (RFC 4253 section 4.2)
IDENTIFICATION: Final = b"SSH-"
_NAMES: Final = (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME)


async def ssh_identification(reader: asyncio.StreamReader) -> str | None:
    """Return the identification line of an SSH server, None when something else is said."""
    for _ in range(LINES_LIMIT):
        line = await reader.readline()
        if line.startswith(IDENTIFICATION):
            return line.decode("utf-8", "replace").strip()
        if not line:
            return None
    return None


def certificate_name(raw: bytes) -> str | None:
    """Return the first name that a certificate is for; raises ValueError for bytes that are none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # a stranger's serial number may be odd
            subject = x509.load_der_x509_certificate(raw).subject
        named = (str(part.value) for oid in _NAMES for part in subject.get_attributes_for_oid(oid))
        return next(named, None)
    except UnsupportedAlgorithm as error:
        raise ValueError("the certificate is of a kind that is not known") from error
