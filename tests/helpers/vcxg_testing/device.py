"""A virtual camera without network or clock, spoken to by hand-made GVCP datagrams."""

import struct

from vcxg124m.virtual.device import Identity, VirtualDevice

HOST = ("10.0.0.2", 51000)
STRANGER = ("10.0.0.9", 52000)
IDENTITY = Identity(
    mac=0x0006BE123456,
    ip="10.0.0.7",
    subnet_mask="255.255.255.0",
    gateway="10.0.0.1",
    serial_number="700000000001",
    user_id="golden",
)


class Rig:
    """One device and an application that counts its requests."""

    def __init__(self, *, controlled=True, **options):
        self.device = VirtualDevice(IDENTITY, **options)
        self.request_id = 0x1000
        self.now = 10.0
        if controlled:
            assert self.write(0x0A00, 2) == 0

    def send(self, datagram, sender=HOST):
        """Hand over a datagram and return the single answer to `sender`, None for silence."""
        self.device.receive_datagram(datagram, sender, self.now)
        answers = self.device.datagrams_to_send()
        assert all(address == sender for _, address in answers)
        assert len(answers) <= 1
        return answers[0][0] if answers else None

    def command(self, code, data, sender=HOST):
        """Send a command of a new request and return status and data of the answer."""
        self.request_id += 1
        answer = self.send(struct.pack(">BBHHH", 0x42, 1, code, len(data), self.request_id) + data, sender)
        status, acknowledge, length, request_id = struct.unpack_from(">HHHH", answer)
        assert (acknowledge, length, request_id) == (code + 1, len(answer) - 8, self.request_id)
        return status, answer[8:]

    def read(self, address, sender=HOST):
        """READREG one register: its value, or the negative status."""
        status, data = self.command(0x80, struct.pack(">I", address), sender)
        return -status if status else int.from_bytes(data, "big")

    def write(self, address, value, sender=HOST):
        """WRITEREG one register and return the status."""
        return self.command(0x82, struct.pack(">II", address, value), sender)[0]

    def read_memory(self, address, count):
        """READMEM; the bytes."""
        status, data = self.command(0x84, struct.pack(">IHH", address, 0, count))
        assert status == 0
        return data[4:]

    def write_memory(self, address, data):
        """WRITEMEM; the status."""
        return self.command(0x86, struct.pack(">I", address) + data)[0]

    def address(self, feature):
        """Where the register of a feature stands."""
        return self.device.registers.row(feature).address

    def get(self, feature):
        """Read a feature's integer register over the network."""
        return self.read(self.address(feature))

    def set(self, feature, value):
        """Write a feature's integer register over the network; the status."""
        return self.write(self.address(feature), value)

    def set_float(self, feature, value):
        """Write a feature's float register over the network; the status."""
        return self.write_memory(self.address(feature), struct.pack(">d", value))

    def get_float(self, feature):
        """Read a feature's float register over the network."""
        return struct.unpack(">d", self.read_memory(self.address(feature), 8))[0]

    def open_stream(self, packet_size=9000, port=50000):
        """Set the stream channel up towards the host."""
        assert self.write(0x0D18, 0x0A000002) == 0
        assert self.write(0x0D00, port) == 0
        assert self.write(0x0D04, packet_size) == 0

    def run_until(self, end):
        """Let invented time pass; frames leave the moment they are ready. The frames exposed until `end`."""
        frames = []
        while (timer := self.device.get_timer()) is not None and timer <= end:
            self.now = max(self.now, timer)
            self.device.handle_timer(self.now)
            frames += self.collect()
        self.now = end
        self.device.handle_timer(end)
        return frames + self.collect()

    def collect(self):
        """Take the frames that wait and let them have left."""
        frames = self.device.frames_to_send()
        for _ in frames:
            self.device.frame_left(self.now)
        return frames
