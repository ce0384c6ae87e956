"""The certificate that a TLS endpoint shows, before anything is sent to it."""

import hashlib
import socket
import ssl

from collectors.access import Access, Deadline
from collectors.errors import UnexpectedReply, Unreachable


def shown_by(access: Access, port: int, deadline: Deadline) -> str:
    """Return the SHA-256 of the certificate that answers here, as 64 hexadecimal digits; nothing of ours is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the fingerprint is judged by the pins, and again at every connection
    try:
        with socket.create_connection((access.dial_address, port), timeout=deadline.left_s(15)) as connection:
            connection.settimeout(deadline.left_s(15))
            with context.wrap_socket(connection, server_hostname=access.address) as tls:
                certificate = tls.getpeercert(binary_form=True)
    except ssl.SSLError as error:
        raise UnexpectedReply(f"does not speak TLS on port {port}") from error
    except OSError as error:
        raise Unreachable(f"does not answer on port {port} ({error.strerror or 'no route or name'})") from error
    if not certificate:
        raise UnexpectedReply("shows no certificate")
    return hashlib.sha256(certificate).hexdigest()
