"""Streams through vmbpy (Allied Vision's VmbC) and the producers in GENICAM_GENTL64_PATH; prints what came, as JSON.

usage: through_vmbpy.py COUNT [node=value …]
"""

import json
import sys
import tempfile
import threading
import zlib
from pathlib import Path

import vmbpy

# VmbC takes producers of its own maker alone unless its configuration says otherwise.
CONFIGURATION = """<?xml version="1.0" encoding="UTF-8"?>
<Settings><TlLoading><CtiPaths/><TlRule vendor-type="*" interface-type="*" rule="allow"/></TlLoading></Settings>
"""

count = int(sys.argv[1])
frames = []
enough = threading.Event()


def take(camera: vmbpy.Camera, stream: vmbpy.Stream, frame: vmbpy.Frame) -> None:
    """Note one frame, in VmbC's thread, and queue its buffer again."""
    del stream
    if len(frames) < count:
        frames.append(
            {
                "frame_id": frame.get_id(),
                "complete": frame.get_status() == vmbpy.FrameStatus.Complete,
                "width": frame.get_width(),
                "height": frame.get_height(),
                "pixel_format": frame.get_pixel_format().name,
                "crc32": f"{zlib.crc32(frame.as_numpy_ndarray().tobytes()):08x}",
            }
        )
    if len(frames) == count:
        enough.set()
    camera.queue_frame(frame)


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "VmbC.xml")
    path.write_text(CONFIGURATION, encoding="utf-8")
    system = vmbpy.VmbSystem.get_instance()
    system.set_path_configuration(str(path))
    with system:
        (camera,) = system.get_all_cameras()
        with camera:
            for setting in sys.argv[2:]:
                name, value = setting.split("=", 1)
                feature = camera.get_feature_by_name(name)
                feature.set(int(value) if isinstance(feature, vmbpy.IntFeature) else value)
            camera.start_streaming(take, buffer_count=20)
            enough.wait(60)
            camera.stop_streaming()
            modules = [camera.get_local_device(), camera.get_interface(), camera.get_streams()[0]]
            features = [len(module.get_all_features()) for module in modules]
        report = {"serial_number": camera.get_serial(), "features": features, "frames": frames}
json.dump(report, sys.stdout)
