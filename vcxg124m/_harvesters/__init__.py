"""Cameras through harvesters and genicam: the only package that imports them.

What their behaviour asks for, all of it measured with harvesters 1.4.3 and genicam 1.6.0:

- Two Harvester objects on one .cti collide in GCInitLib: one shared object per file, counted.
- ``Harvester.update()`` destroys open cameras: it runs once, when the file is opened; later only the lists of the
  existing interface objects are refreshed, which leaves open cameras alone.
- ``create()`` takes over SIGINT: its handler is put back. A failing one leaves the device open: it is closed here.
- The binding holds the interpreter lock around every GenTL call; the forwarder (`_forwarder.py`) gives it away around
  those that may wait. Another thread may then enter the same node map, and the two dead-lock: every access to a map
  holds the map's own lock.
- Its own fetch loop queues incomplete frames again without a word: buffers and events are handled here instead.
- The binding announces ``bytes`` only (a writable object is refused with "invalid buffer pointer") and hands the same
  object back, so one numpy view per buffer, made when it is announced, serves for the whole stream. The memory changes
  under the view as the producer fills it.
- ``queue_buffer`` zeroes the whole buffer by default, 1 ms per 10 MB under the interpreter lock: switched off unless
  incomplete frames are to be handed out.
- An event adapter that outlives its node map aborts the process at exit: an acquirer is destroyed before it is let go,
  errors leave this package without the tracebacks that would keep its objects, and cameras are closed at exit.
- The finalizer of a chunk adapter refers to the adapter and keeps it alive, with its node map of 2 MB: called here.
  Module objects refer to themselves and keep theirs until Python collects garbage: it is taken from them here.

genicam and harvesters have no types of their own: what comes from them is Any, and stays in this package.
"""

import sysconfig

from vcxg124m.errors import MissingPackageError

try:
    from vcxg124m._harvesters.device import open_device
    from vcxg124m._harvesters.discovery import camera_interfaces, identity, listing
    from vcxg124m._harvesters.locks import lock
except ModuleNotFoundError as error:
    if error.name != "genicam":
        raise
    raise MissingPackageError(
        "vcxg124m needs the package genicam, of which there is none for free-threaded builds of Python: use the "
        "ordinary build of the same version."
        if sysconfig.get_config_var("Py_GIL_DISABLED")
        else "vcxg124m needs the package genicam, which is not installed: pip install genicam"
    ) from error

__all__ = ["camera_interfaces", "identity", "listing", "lock", "open_device"]
