"""`python -m oktascim` and the `oktascim` script."""

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code.

    Until everything is imported, and again once the command has ended, there is nothing to tidy up: Ctrl-C then ends
    the process at once. A KeyboardInterrupt could be swallowed or wrapped by whatever is being imported.
    """
    handles_ctrl_c = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # `nohup` and others ignore it
    if handles_ctrl_c:
        signal.signal(signal.SIGINT, _exit_at_once)
    _open_closed_streams()
    from oktascim.cli.main import run

    def ready() -> None:
        if handles_ctrl_c:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        code = run(sys.argv[1:], ready=ready)
    except KeyboardInterrupt:
        _exit_at_once()
    if handles_ctrl_c:
        signal.signal(signal.SIGINT, _exit_at_once)
    sys.exit(code)


def _exit_at_once(_number: int = 0, _frame: FrameType | None = None) -> None:
    try:
        os.write(2, b"Interrupted.\n")
    finally:
        os._exit(_INTERRUPTED)


def _open_closed_streams() -> None:
    """Take the descriptors of standard streams that the caller closed, so that no file or socket of ours gets them.

    Writing to standard output then fails, as it would on the closed one; notes on standard error go nowhere.
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
