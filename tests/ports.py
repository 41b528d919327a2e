"""Ports for programs that begin later, are killed, and begin again on the same one."""

import socket
import sys

_HELD: list[socket.socket] = []


def free_port() -> int:
    """Return a port that nobody listens on; on Linux nobody else is given it while tests run."""
    probe = socket.socket()
    if sys.platform == "linux":
        # Servers may listen where somebody with this option only holds the port, others may not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", 0))
    port: int = probe.getsockname()[1]
    if sys.platform == "linux":
        _HELD.append(probe)
    else:
        probe.close()
    return port
