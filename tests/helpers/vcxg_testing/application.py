"""An application that speaks just enough GigE Vision over real sockets, written from the field tables."""

import socket
import struct
import threading

from vcxg124m.virtual.features import REGISTERS

ADDRESSES = {row.name: row.address for row in REGISTERS}


class Application:
    """Holds control of a camera."""

    def __init__(self, ip, *, own="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((own, 0))
        self.socket.settimeout(5)
        self.address = (ip, 3956)
        self.request_id = 0

    def ask(self, datagram):
        self.socket.sendto(datagram, self.address)
        return self.socket.recv(2048)

    def write(self, address, value):
        self.request_id += 1
        answer = self.ask(struct.pack(">BBHHHII", 0x42, 1, 0x82, 8, self.request_id, address, value))
        assert answer[:2] == b"\0\0", answer.hex()

    def read(self, address):
        """READREG."""
        self.request_id += 1
        answer = self.ask(struct.pack(">BBHHHI", 0x42, 1, 0x80, 4, self.request_id, address))
        assert answer[:2] == b"\0\0", answer.hex()
        return int.from_bytes(answer[8:12], "big")

    def write_memory(self, address, data):
        """WRITEMEM."""
        self.request_id += 1
        head = struct.pack(">BBHHHI", 0x42, 1, 0x86, 4 + len(data), self.request_id, address)
        answer = self.ask(head + data)
        assert answer[:2] == b"\0\0", answer.hex()

    def force_ip(self, mac, ip, mask="255.0.0.0"):
        """FORCEIP; the status and the address that answered."""
        self.request_id += 1
        data = bytearray(56)
        data[2:8] = bytes.fromhex(mac.replace(":", ""))
        data[20:24], data[36:40] = socket.inet_aton(ip), socket.inet_aton(mask)
        self.socket.sendto(struct.pack(">BBHHH", 0x42, 1, 0x04, 56, self.request_id) + data, self.address)
        answer, sender = self.socket.recvfrom(2048)
        return int.from_bytes(answer[:2], "big"), sender[0]

    def start(self, stream, packet_size=9000, **features):
        self.write(0x0A00, 2)
        self.write(0x0D18, 0x7F000001)
        self.write(0x0D00, stream.getsockname()[1])
        self.write(0x0D04, packet_size)
        for name, value in features.items():
            self.write(ADDRESSES[name], value)
        self.write(ADDRESSES["AcquisitionStart"], 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class Listener:
    """The application's end of a message channel: acknowledges every command and keeps the events, in order.

    `events` are (id, block id, timestamp in ns), of standard or of 64-bit ids, each command once.
    """

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.events = []
        self.datagrams = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self):
        last = None
        while data := self.socket.recvfrom(2048):
            datagram, camera = data
            if not datagram:
                return
            _, flags, code, length, request_id = struct.unpack_from(">BBHHH", datagram)
            if flags & 1:
                self.socket.sendto(struct.pack(">HHHH", 0, code + 1, 0, request_id), camera)
            if request_id == last:
                continue  # a repetition
            last = request_id
            self.datagrams.append(datagram)
            extended = flags & 0x10
            step = length if code == 0xC2 else 24 if extended else 16
            for at in range(8, 8 + length, step):
                number, _, short = struct.unpack_from(">HHH", datagram, at + 2)
                if extended:
                    block, timestamp = struct.unpack_from(">QQ", datagram, at + 8)
                else:
                    block, timestamp = short, struct.unpack_from(">Q", datagram, at + 8)[0]
                self.events.append((number, block, timestamp))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
            stop.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(10)
        self.socket.close()
