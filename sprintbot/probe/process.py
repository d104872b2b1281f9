"""Other processes: argv without a shell, in a session of their own, bounded in time and output.

Only asyncio's protocols tell a child's end and the end of its pipes apart in every Python from 3.11 on; its streams
wait for both, and so for ever where a grandchild keeps a pipe.
"""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

GRACE = 1.0
"""Seconds that output may still come after the child's end, and that a group has between SIGTERM and SIGKILL."""
_REAPING = 5.0
_LOOK_EVERY = 0.01


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """A process that ended.

    ``exit`` is negative for the signal that ended it. Of ``stdout`` the first ``output_limit`` bytes are kept, of
    ``stderr`` the last, because errors stand at the end; ``truncated`` says that either was longer.
    """

    exit: int
    stdout: bytes
    stderr: bytes
    truncated: bool


async def run_process(
    argv: Sequence[str], *, cwd: Path, environ: Mapping[str, str], output_limit: int = 1_000_000
) -> Completed:
    """Run to the end, with nothing on stdin. When this returns or raises, the whole process group is gone.

    The caller's deadline cancels it. What the child left behind in its group is ended too; only a process that made a
    session of its own lives on. Raises FileNotFoundError, PermissionError and other OSErrors where ``argv[0]``
    cannot be started or ``cwd`` cannot be entered (their ``filename`` tells which).
    """
    starting = asyncio.create_task(_start(argv, cwd, environ, output_limit))
    try:
        transport, child = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # A start that is cancelled itself kills no more than the child, and waits for whoever else has its pipes.
        await asyncio.wait({starting}, timeout=_REAPING)
        if not starting.cancel() and not starting.cancelled() and starting.exception() is None:
            await _end(*starting.result())
        raise
    try:
        await asyncio.wait({child.exited})
        await asyncio.wait({child.finished}, timeout=GRACE)
    finally:
        await _end(transport, child)
    code = transport.get_returncode()
    assert code is not None
    return Completed(exit=code, stdout=bytes(child.stdout), stderr=bytes(child.stderr), truncated=child.truncated)


async def _start(
    argv: Sequence[str], cwd: Path, environ: Mapping[str, str], output_limit: int
) -> tuple[asyncio.SubprocessTransport, "_Child"]:
    return await asyncio.get_running_loop().subprocess_exec(
        lambda: _Child(output_limit),
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env=dict(environ),
        start_new_session=True,
    )


class _Child(asyncio.SubprocessProtocol):
    """Takes the output as it comes and keeps no more than the bound, so that the child never waits for a reader."""

    def __init__(self, limit: int) -> None:
        loop = asyncio.get_running_loop()
        self.limit = limit
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.truncated = False
        self.exited: asyncio.Future[None] = loop.create_future()
        self.finished: asyncio.Future[None] = loop.create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        kept = self.stdout if fd == 1 else self.stderr
        self.truncated = self.truncated or len(kept) + len(data) > self.limit
        if fd == 1:
            kept += data[: self.limit - len(kept)]
        else:
            kept += data
            del kept[: max(0, len(kept) - self.limit)]

    def process_exited(self) -> None:
        if not self.exited.done():
            self.exited.set_result(None)

    def connection_lost(self, exc: BaseException | None) -> None:
        if not self.finished.done():
            self.finished.set_result(None)


async def _end(transport: asyncio.SubprocessTransport, child: _Child) -> None:
    group = transport.get_pid()
    try:
        if _signal(group, signal.SIGTERM):
            await _emptied(group)
    finally:
        _signal(group, signal.SIGKILL)
        transport.close()
    await asyncio.wait({child.exited, child.finished}, timeout=_REAPING)


async def _emptied(group: int) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + GRACE
    while loop.time() < end and _signal(group, 0):  # noqa: ASYNC110 - the kernel announces no empty group
        await asyncio.sleep(_LOOK_EVERY)


def _signal(group: int, number: int) -> bool:
    """Whether there is somebody left in the group to get the signal."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False
