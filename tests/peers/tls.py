"""A certificate authority for tests and the server certificates it issues."""

import hashlib
import ssl
from pathlib import Path

import trustme


class ServerCertificate:
    """One server's certificate for an address, from its own authority; rotate() replaces it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._authority = trustme.CA()
        self.context, self.thumbprint = self._issue()

    @property
    def authority_pem(self) -> str:
        """Returns the authority's certificate, for clients that trust it."""
        return self._authority.cert_pem.bytes().decode()

    def rotate(self) -> None:
        """Replaces the certificate and its key by others from the same authority."""
        self.context, self.thumbprint = self._issue()

    def _issue(self) -> tuple[ssl.SSLContext, str]:
        certificate = self._authority.issue_cert(self._address, "localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
        return context, hashlib.sha256(der).hexdigest()

    def write_authority(self, folder: Path) -> Path:
        """Returns the path of a new file with the authority's certificate."""
        path = folder / "authority.pem"
        path.write_text(self.authority_pem)
        return path
