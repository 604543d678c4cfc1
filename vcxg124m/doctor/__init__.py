"""The doctor: what stands between a camera and its pictures, and the command that mends it.

``system``, ``gvcp``, ``examination`` and ``traffic`` read facts; ``reach`` and ``flow`` conclude findings from them and
touch nothing; ``catalogue`` has the words. :func:`vcxg124m.diagnose` finds and opens the camera.
"""

from __future__ import annotations

from vcxg124m.doctor.finding import Check, Diagnosis, Finding, Severity

__all__ = ["Check", "Diagnosis", "Finding", "Severity"]
