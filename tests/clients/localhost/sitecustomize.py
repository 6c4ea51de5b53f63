"""Names below .localhost are this machine (RFC 6761 6.3); not every resolver of the system knows it."""

import socket

_getaddrinfo = socket.getaddrinfo


def _here(host, *rest, **named):
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name.endswith(".localhost"):
        host = "127.0.0.1"
    return _getaddrinfo(host, *rest, **named)


socket.getaddrinfo = _here
