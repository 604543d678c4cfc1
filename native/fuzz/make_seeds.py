"""Write the corpora of the fuzz targets: what the golden files hold, and archives of a few hundred bytes.

Run it after a change of tests/golden: `python native/fuzz/make_seeds.py`. Other files stay: a fuzzer found them.
"""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent
GOLDEN = HERE.parents[1] / "tests" / "golden"


def golden(protocol: str) -> dict[str, bytes]:
    """Return the entries of one golden file; its format stands in tests/golden/README.md."""
    entries: dict[str, str] = {}
    name = ""
    for line in (GOLDEN / f"{protocol}.txt").read_text().splitlines():
        content = line.split("#")[0]
        if content.strip() and not content[0].isspace():
            name, content = (part.strip() for part in content.split("=", 1))
            entries[name] = ""
        if content.strip():
            entries[name] += content
    return {name: bytes.fromhex(digits) for name, digits in entries.items()}


def write(target: str, name: str, content: bytes) -> None:
    """Write one seed."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def packets(options: int, packet_size: int, *datagrams: bytes) -> bytes:
    """Return an input of fuzz_gvsp."""
    body = b"".join(struct.pack(">BH", 1, len(datagram)) + datagram for datagram in datagrams)
    return bytes([options, packet_size - 48]) + body


def image_block(*, extended: bool, payload: int = 0x0001, block: int = 1) -> list[bytes]:
    """Return the packets of a block of 8 x 8 pixels, eight rows a packet of 16 bytes."""

    def header(form: int, packet: int) -> bytes:
        if extended:
            return struct.pack(">HHBxHQI", 0, 0, 0x80 | form, 0, block, packet)
        return struct.pack(">HHI", 0, block, form << 24 | packet)

    leader = struct.pack(">HHQIIIIIHH", 0, payload, 1000, 0x01080001, 8, 8, 0, 0, 0, 0)
    trailer = struct.pack(">HHI", 0, payload, 8)
    rows = [header(3, 1 + i) + bytes(range(16 * i, 16 * i + 16)) for i in range(4)]
    return [header(1, 0) + leader, *rows, header(2, 5) + trailer]


def archive(*names: str, method: int = zipfile.ZIP_DEFLATED, size: int = 300) -> bytes:
    """Return a zip file with members of `size` equal bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name in names:
            info = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
            info.compress_type = method
            file.writestr(info, b"x" * size)
    return stream.getvalue()


def main() -> None:
    """Write all seeds."""
    gvcp = golden("gvcp")
    for name, content in gvcp.items():
        if name.startswith("DISCOVERY_ACK"):
            write("discovery_ack", name, content)
        if "_ACK" in name:
            write("gvcp_ack", name, content)
        if name.startswith(("EVENT_CMD", "EVENTDATA_CMD")):
            write("message", name, content)
    for name, content in golden("gvsp").items():
        write("gvsp", name, packets(0, 64, content))
    standard, extended = image_block(extended=False), image_block(extended=True)
    write("gvsp", "block_standard", packets(0, 52, *standard))
    write("gvsp", "block_extended", packets(0, 64, *extended))
    write("gvsp", "block_with_a_hole", packets(1, 52, *standard[:2], *standard[3:]))
    write("gvsp", "block_backwards", packets(0, 52, *standard[::-1]))
    write("gvsp", "block_without_leader", packets(0, 52, *standard[1:]))
    write("gvsp", "block_too_large", packets(2, 64, *image_block(extended=True, payload=0x4001)))
    far = extended[-1][:16] + b"\xf0\x00\x00\x00" + extended[-1][20:]
    write("gvsp", "trailer_far_away", packets(1, 64, *extended[:3], far))
    leader, first, second, third, *_ = standard
    write("gvsp", "short_packets", packets(0, 52, leader, second[:-6], first, third[:-6], second, third))
    two = image_block(extended=False, block=2)
    write(
        "gvsp",
        "blocks_mixed",
        packets(4, 52, *(packet for pair in zip(standard, two, strict=True) for packet in pair)),
    )
    write("chunks", "image_and_two", bytes(2) + bytes(16) + struct.pack(">II", 1, 16)
          + bytes(4) + struct.pack(">II", 2, 4) + struct.pack(">II", 3, 0))  # fmt: skip
    write(
        "chunks", "behind_an_image", struct.pack(">H", 16) + bytes(16) + bytes(8) + struct.pack(">II", 7, 8)
    )
    write("chunks", "too_long", bytes(2) + bytes(8) + struct.pack(">II", 1, 0xFFFFFFFF))
    urls = {
        "zip": "Local:vcxg124m.zip;10000;3F2A",
        "schema": "local:///camera.xml;C0000000;1000?SchemaVersion=1.1.0",
        "file": "file:///usr/share/camera.xml",
        "http": "http://example.org/camera.xml",
        "path": "Local:../../etc/passwd;1;1",
        "huge": "Local:a.xml;FFFFFFFF;FFFFFFFF",
    }
    for name, text in urls.items():
        write("url", name, text.encode() + b"\0\0")
    write("zip", "deflated", archive("a.xml"))
    write("zip", "stored", archive("a.xml", method=zipfile.ZIP_STORED, size=40))
    write("zip", "two_members", archive("a.xml", "b.xml"))
    write("zip", "path", archive("../a.xml"))
    write("zip", "bomb", archive("a.xml", size=1 << 20))
    write("zip", "empty", archive())


if __name__ == "__main__":
    main()
