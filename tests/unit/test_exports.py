"""What leaves the bundled producer and the forwarder: the functions of GenTL 1.6, and nothing not named here."""

import shutil
import subprocess
from pathlib import Path

import pytest

from vcxg124m import _producer

GENTL_FUNCTIONS = """
    GCInitLib GCCloseLib GCGetInfo GCGetLastError GCReadPort GCWritePort GCReadPortStacked GCWritePortStacked
    GCGetPortURL GCGetNumPortURLs GCGetPortURLInfo GCGetPortInfo GCRegisterEvent GCUnregisterEvent
    EventGetData EventGetDataInfo EventGetInfo EventFlush EventKill
    TLOpen TLClose TLGetInfo TLGetNumInterfaces TLGetInterfaceID TLGetInterfaceInfo TLOpenInterface
    TLUpdateInterfaceList
    IFClose IFGetInfo IFGetNumDevices IFGetDeviceID IFUpdateDeviceList IFGetDeviceInfo IFOpenDevice IFGetParentTL
    DevGetPort DevGetNumDataStreams DevGetDataStreamID DevOpenDataStream DevGetInfo DevClose DevGetParentIF
    DSAnnounceBuffer DSAllocAndAnnounceBuffer DSFlushQueue DSStartAcquisition DSStopAcquisition DSGetInfo
    DSGetBufferID DSClose DSRevokeBuffer DSQueueBuffer DSGetBufferInfo DSGetBufferChunkData DSGetNumBufferParts
    DSGetBufferPartInfo DSGetParentDev DSAnnounceCompositeBuffer DSGetNumFlows DSGetFlowInfo
    DSGetNumBufferSegments DSGetBufferSegmentInfo DSGetBufferInfoStacked DSGetBufferPartInfoStacked
""".split()  # noqa: SIM905 - 64 names read better as text


def exported(library: Path) -> list[str]:
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("nm (binutils) is not installed; it lists the symbols of a library")
    listing = subprocess.run(
        [nm, "--dynamic", "--defined-only", library], capture_output=True, text=True, check=True
    )
    return sorted(line.split()[-1] for line in listing.stdout.splitlines())


def test_the_producer_exports_the_functions_of_gentl_and_nothing_else() -> None:
    assert len(GENTL_FUNCTIONS) == 64
    assert exported(_producer.bundled()) == sorted(GENTL_FUNCTIONS)


def test_the_forwarder_exports_the_same_and_what_its_loader_fills_in() -> None:
    own = ["vcxg_forwarder_python", "vcxg_forwarder_slots", "vcxg_forwarder_unlocked"]
    assert exported(_producer.bundled().with_name("forwarder.so")) == sorted([*GENTL_FUNCTIONS, *own])


def test_the_producer_needs_nothing_but_the_system_and_its_compilers_runtime() -> None:
    readelf = shutil.which("readelf")
    if readelf is None:
        pytest.skip("readelf (binutils) is not installed; it lists what a library needs")
    listing = subprocess.run(
        [readelf, "--dynamic", "--wide", _producer.bundled()], capture_output=True, text=True, check=True
    )
    needed = {
        line.split("[")[1].split(".so")[0] for line in listing.stdout.splitlines() if "(NEEDED)" in line
    }
    assert needed <= {
        "libstdc++",
        "libgcc_s",
        "libc",
        "libm",
        "libpthread",
        "ld-linux-x86-64",
        "ld-linux-aarch64",
    }
