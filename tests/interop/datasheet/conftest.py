"""The data sheet row by row, as Aravis sees the camera over the network: what it offers and what it does.

Where an exact instant counts, tests on invented time say more (tests/unit/virtual); timestamps are exact here, too.
"""

from collections.abc import Iterator

import pytest
from vcxg_testing.aravis import Aravis, opened
from vcxg_testing.netns import inside, namespace

from vcxg124m.virtual import VirtualCamera

SERIAL = "700000000001"


@pytest.fixture(scope="package")
def opened_once() -> Iterator[tuple[VirtualCamera, Aravis]]:
    with (
        namespace() as network,
        inside(network),
        VirtualCamera(serial_number=SERIAL, ip="127.0.0.1", seed=1, burst=False) as device,
        opened(f"Baumer-VCXG-124M-{SERIAL}") as aravis,
    ):
        yield device, aravis


@pytest.fixture
def camera(opened_once: tuple[VirtualCamera, Aravis]) -> Aravis:
    """The camera with factory settings, as Aravis has opened it."""
    _, aravis = opened_once
    aravis.put(UserSetSelector="UserSet0")
    aravis.execute("UserSetLoad")
    return aravis


@pytest.fixture
def device(opened_once: tuple[VirtualCamera, Aravis]) -> VirtualCamera:
    """What stands behind the network: light, pins and temperature."""
    opened_once[0].bench.edges()
    return opened_once[0]
