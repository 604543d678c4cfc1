"""How fast frames can follow each other, what bounds it, and what it takes of link, memory and disk.

Computes only; nothing here asks a camera. ``cam.plan()`` and ``cam.acquisition.predict()`` fill in a camera's settings.
"""

from vcxg124m.planning._buffers import buffer_count
from vcxg124m.planning._make import plan
from vcxg124m.planning._plan import Plan
from vcxg124m.planning._sharing import LinkPlan, plan_link, share_link
from vcxg124m.planning._timing import (
    FramePrediction,
    Stage,
    predict,
    readout_time,
    transfer_time,
    wire_bytes,
)

__all__ = [
    "FramePrediction",
    "LinkPlan",
    "Plan",
    "Stage",
    "buffer_count",
    "plan",
    "plan_link",
    "predict",
    "readout_time",
    "share_link",
    "transfer_time",
    "wire_bytes",
]
