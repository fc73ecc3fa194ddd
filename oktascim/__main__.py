"""`python -m oktascim` and the `oktascim` script."""

import gc
import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code.

    Before everything is imported, and after the command has ended, there is nothing to clean up, so Ctrl-C ends the
    process at once. The code being imported could swallow or wrap a KeyboardInterrupt.
    """
    handles_ctrl_c = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # `nohup` and others ignore it
    if handles_ctrl_c:
        signal.signal(signal.SIGINT, _exit_at_once)
    _open_closed_streams()
    environ = dict(os.environ)
    _leave_out_of_imports()
    gc.disable()  # imports create many objects and no garbage
    from oktascim.cli.main import run

    def ready() -> None:
        gc.freeze()  # what is imported stays
        gc.enable()
        if handles_ctrl_c:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        code = run(sys.argv[1:], environ=environ, ready=ready)
    except KeyboardInterrupt:
        _exit_at_once()
    if handles_ctrl_c:
        signal.signal(signal.SIGINT, _exit_at_once)
    sys.exit(code)


def _leave_out_of_imports() -> None:
    """Leave out what two libraries load that this program doesn't use; children get the environment from before.

    httpx has its own command line, which imports click, pygments and rich. pydantic searches all installed
    packages for plugins, which would see what it validates.
    """
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # Python's way to refuse an import
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"


def _exit_at_once(_number: int = 0, _frame: FrameType | None = None) -> None:
    try:
        os.write(2, b"Interrupted.\n")
    finally:
        os._exit(_INTERRUPTED)


def _open_closed_streams() -> None:
    """Occupy the descriptors of closed standard streams, so that none of our files or sockets gets them.

    Writing to standard output then fails, as on a closed one; notes on standard error are discarded.
    """
    for descriptor, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, mode)  # the lowest free descriptor, which is this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


if __name__ == "__main__":
    main()
