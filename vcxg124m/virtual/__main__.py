"""``python -m vcxg124m.virtual``: the process behind a `VirtualCamera`. People start ``vcxg124m virtual`` instead."""

from __future__ import annotations

import argparse
import signal
import socket
import sys

from vcxg124m.virtual.link import LineSocket
from vcxg124m.virtual.options import Options
from vcxg124m.virtual.server import Server


def main() -> int:
    """Serve until the other side of the link is gone.

    Returns
    -------
    int
        Exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m vcxg124m.virtual", description=__doc__)
    parser.add_argument("--link", type=int, required=True, help="file descriptor of a stream socket")
    # The process that started this one decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    link = LineSocket(socket.socket(fileno=parser.parse_args().link))
    options = link.receive()
    if options is None:
        return 0
    try:
        server = Server(Options(**options))
    except OSError as error:
        said = {"error": error.strerror or str(error), "errno": error.errno or 0}
        link.send(said | ({"filename": str(error.filename)} if error.filename is not None else {}))
        return 1
    except ValueError as error:
        link.send({"error": str(error)})
        return 1
    own = server.identity
    mac = ":".join(f"{byte:02x}" for byte in own.mac.to_bytes(6, "big"))
    link.send({"ip": server.ip, "warnings": server.warnings, "serial_number": own.serial_number, "mac": mac})
    try:
        server.run(link)
    finally:
        server.close()
        link.socket.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
