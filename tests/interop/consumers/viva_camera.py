"""Runs viva-genicam's fake camera at 127.0.0.1 until standard input ends; says when it is there."""

import sys

from viva_genicam.testing import FakeGigeCamera

with FakeGigeCamera(width=640, height=480, fps=30, pixel_format=sys.argv[1]):
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
