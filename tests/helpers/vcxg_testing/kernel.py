"""A real Jupyter kernel, which runs cells as a notebook does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import AsyncKernelManager

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from typing_extensions import Self

_TIMEOUT_S = 60.0


@dataclass
class Ran:
    """What running a cell gave: printed text, the last line's value by kind, the error's kind and words."""

    printed: str = ""
    value: dict[str, str] = field(default_factory=dict)
    error: tuple[str, str] | None = None


class Kernel:
    def __init__(self) -> None:
        # A loop of one's own, because that of jupyter_client's blocking classes is never closed.
        self._loop = asyncio.new_event_loop()
        self._manager = AsyncKernelManager(kernel_name="python3")
        self._do(self._manager.start_kernel())
        self._connect()

    def run(self, cell: str, *, fails: bool = False, interrupt_after_s: float | None = None) -> Ran:
        """Run a cell to its end; one that raises is an error of the test, unless it is to fail.

        `interrupt_after_s` presses the notebook's stop button.
        """
        ran = Ran()

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    ran.printed += content["text"]
                case "execute_result" | "display_data":
                    ran.value = content["data"]
                case "error":
                    ran.error = content["ename"], content["evalue"]

        async def execute() -> None:
            running = self._client.execute_interactive(
                cell, output_hook=hear, timeout=_TIMEOUT_S, allow_stdin=False
            )
            if interrupt_after_s is None:
                await running
            else:
                await asyncio.gather(running, self._interrupt(interrupt_after_s))

        self._do(execute())
        assert fails == (ran.error is not None), ran
        return ran

    def start(self, cell: str) -> None:
        """Run a cell that does not end by itself, until it prints something."""

        async def until_it_prints() -> None:
            while (await self._client.get_iopub_msg(timeout=_TIMEOUT_S))["msg_type"] != "stream":
                pass

        self._client.execute(cell)
        self._do(until_it_prints())

    def restart(self) -> None:
        """End the kernel as the notebook's restart button does, and begin with an empty one."""
        self._client.stop_channels()
        self._do(self._manager.restart_kernel())
        self._connect()

    def shutdown(self) -> None:
        self._client.stop_channels()
        self._do(self._manager.shutdown_kernel())
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def _connect(self) -> None:
        self._client = self._manager.client()
        self._client.start_channels()
        self._do(self._client.wait_for_ready(_TIMEOUT_S))

    async def _interrupt(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await self._manager.interrupt_kernel()

    def _do(self, doing: Coroutine[Any, Any, object]) -> None:
        self._loop.run_until_complete(doing)
