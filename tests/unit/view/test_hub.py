"""What all pages share ends when it is told to, whatever it is doing at that moment."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx
from vcxg124m.view._hub import Hub
from vcxg124m.view._preview import Preview

WITHIN = 20.0


@pytest.mark.parametrize("turns", range(8))
def test_it_closes_at_every_turn_after_a_setting_was_refused(turns: int) -> None:
    async def run(cam: vcx.Camera, preview: Preview) -> None:
        hub = Hub(cam, preview)
        with pytest.raises(vcx.FeatureValueError):
            await hub.set({"exposure.time_us": 3}, nearest=False)
        for _ in range(turns):  # of the event loop: its tasks take a few to notice
            await asyncio.sleep(0)
        closing = asyncio.create_task(hub.close())
        _, late = await asyncio.wait({closing}, timeout=WITHIN)
        assert not late

    with vcx.Camera(FakeDevice()) as cam, contextlib.closing(Preview(cam)) as preview:
        asyncio.run(run(cam, preview))
