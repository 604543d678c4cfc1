"""A notebook in JupyterLab, in a real browser: frames, the camera, and the live widget, which stalls nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from vcxg_testing import chromium

from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.interop,
    pytest.mark.timeout(300),
    pytest.mark.skipif(chromium.program() is None, reason="Chromium is not installed"),
    pytest.mark.skipif(importlib.util.find_spec("jupyterlab") is None, reason="JupyterLab is not installed"),
    pytest.mark.skipif(importlib.util.find_spec("anywidget") is None, reason="anywidget is not installed"),
]

TOKEN = "of-this-test"
NOTEBOOK = "camera.ipynb"
SHOT_FOLDER = os.environ.get("VCXG124M_SCREENSHOTS")


def notebook(*cells: str) -> str:
    """Return a notebook's file."""
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "outputs": [], "execution_count": None,
                 "source": source}
                for number, source in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera() as device:
        yield device


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, device: VirtualCamera) -> Iterator[str]:
    """JupyterLab with a notebook; its address."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / NOTEBOOK).write_text(
        notebook(
            f"import vcxg124m as vcx\ncam = vcx.open_camera(serial_number={device.serial_number!r})\n"
            "cam.roi.set(width=1920, height=1080, center=True)\ncam.image_format.pixel_format = 'Mono12p'\ncam",
            "cam.grab()",
            "cam.live()",
        )
    )
    log = folder / "lab.log"
    settings = {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder / "run"),
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
                f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True", f"--notebook-dir={folder}",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            ],
            stdout=output, stderr=subprocess.STDOUT, env=os.environ | settings,
        )  # fmt: skip
        try:
            yield _address(log, process)
        finally:
            process.terminate()
            process.wait(20)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 60
    while (found := re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())) is None:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    urllib.request.urlopen(f"{found[0]}api?token={TOKEN}", timeout=30).close()  # it answers now
    return found[0]


@pytest.fixture(scope="module")
def page(lab: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Chromium]:
    """The notebook, all of it run."""
    with chromium.Chromium(tmp_path_factory.mktemp("profile"), width=1400, height=2200) as page:
        page.open(f"{lab}lab/tree/{NOTEBOOK}?token={TOKEN}&reset")
        page.wait(
            "window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'",
            90,
        )
        command(page, "notebook:run-all-cells")
        page.wait("document.querySelector('.vcxg-live') !== null", 60)
        yield page


def command(page: chromium.Chromium, name: str) -> None:
    page.run(f"void window.jupyterapp.commands.execute({name!r})")


def run_cell(page: chromium.Chromium, number: int, code: str = "") -> None:
    """Run one cell, with another code where one is given."""
    notebook = "window.jupyterapp.shell.currentWidget.content"
    if code:
        page.run(f"void {notebook}.widgets[{number}].model.sharedModel.setSource({json.dumps(code)})")
    page.run(f"void ({notebook}.activeCellIndex = {number})")
    command(page, "notebook:run-cell")


def shot(page: chromium.Chromium, name: str) -> None:
    if SHOT_FOLDER is not None:
        page.screenshot(Path(SHOT_FOLDER, f"{name}.png"))


FRAME = "Number(/frame (\\d+)/.exec(document.querySelector('.vcxg-facts').textContent)?.[1] ?? 0)"
STATE = "document.querySelector('.vcxg-state').textContent"


def test_the_cells_show_a_camera_and_a_frame(page: chromium.Chromium, device: VirtualCamera) -> None:
    page.wait(f"{FRAME} > 20", 30)
    page.wait("document.querySelectorAll('.vcxg-table tr').length === 7")
    shot(page, "notebook")
    outputs = page.run(
        "[...document.querySelectorAll('.jp-OutputArea-output')].map((each) => each.textContent)"
    )
    assert device.serial_number in outputs[0]
    assert "1920 x 1080" in outputs[0]
    assert "saturated" in outputs[1]
    images = "[...document.querySelectorAll('.jp-OutputArea-output img')].map((each) => each.naturalWidth)"
    assert page.run(images) == [480, 256]


def test_dark_themes_suit_too(page: chromium.Chromium) -> None:
    page.run("void window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.wait(
        "document.body.dataset.jpThemeLight === 'false' && !document.querySelector('#jupyterlab-splash')"
    )
    shot(page, "notebook-dark")
    colours = page.run(
        "[...document.querySelectorAll('.jp-OutputArea-output td, .vcxg-state')]"
        ".map((each) => getComputedStyle(each).color)"
    )
    assert all(min(map(int, re.findall(r"\d+", colour)[:3])) > 127 for colour in colours), colours
    page.run(
        "void window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Light' })"
    )
    page.wait("document.body.dataset.jpThemeLight === 'true'")


def test_a_setting_is_what_the_camera_made_of_it(page: chromium.Chromium) -> None:
    number = "document.querySelector('.vcxg-number')"
    page.run(f"{number}.value = '1234.4'; void {number}.dispatchEvent(new Event('change'))")
    page.wait(f"{number}.value === '1234'")
    mean = "Number(/mean ([\\d.]+)/.exec(document.querySelector('.vcxg-facts').textContent)[1])"
    page.wait(f"{mean} < 800")  # of 1610 DN at 4000 us


def test_what_nobody_sees_is_not_sent_and_the_camera_rests(
    page: chromium.Chromium, device: VirtualCamera
) -> None:
    page.run("document.querySelector('.vcxg-live').style.display = 'none'")
    sent = -1
    deadline = time.monotonic() + 30
    while sent != (sent := device.statistics()["blocks_sent"]):
        assert time.monotonic() < deadline, "the camera still runs"
        time.sleep(1)
    before = page.run(FRAME)
    page.run("document.querySelector('.vcxg-live').style.display = ''")
    page.wait(f"{STATE} === 'live' && {FRAME} !== {before}")


def test_the_stop_button_stops_and_starts_the_camera(page: chromium.Chromium, device: VirtualCamera) -> None:
    page.click(".vcxg-button")
    page.wait(f"{STATE} === 'stopped'")
    page.wait("document.querySelector('.vcxg-table').children.length === 0")
    sent = device.statistics()["blocks_sent"]
    page.wait("document.querySelector('.vcxg-button').textContent === 'Start'")
    assert device.statistics()["blocks_sent"] == sent
    page.click(".vcxg-button")
    page.wait(f"{STATE} === 'live'")


def test_a_cell_that_streams_loses_nothing_to_the_widget(page: chromium.Chromium) -> None:
    run_cell(
        page, 1,
        "with cam.stream(100) as stream:\n    for frame in stream:\n        pass\n"
        "s = stream.statistics\nprint(s.sent - s.in_flight, s.delivered, 'counted')",
    )  # fmt: skip
    page.wait("document.querySelectorAll('.jp-OutputArea')[1].textContent.includes('counted')", 60)
    assert page.run("document.querySelectorAll('.jp-OutputArea')[1].textContent").strip() == "100 100 counted"
    page.wait(f"{STATE} === 'live'")


def test_all_cells_can_be_run_again(page: chromium.Chromium) -> None:
    page.run("document.querySelector('.vcxg-live').dataset.run = 'first'")
    command(page, "notebook:run-all-cells")
    page.wait("document.querySelector('.vcxg-live:not([data-run])') !== null", 60)
    page.wait(f"{STATE} === 'live' && {FRAME} > 3", 30)
    assert page.run("document.querySelectorAll('.vcxg-live').length") == 1


def test_the_page_has_nothing_to_complain_of(page: chromium.Chromium) -> None:
    assert [each for each in page.complaints if "vcxg" in each or "anywidget" in each] == []
