"""Runs one command line: the one place that turns an error into a message and an exit code."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

import typer

from oktascim.cli.argv import arrange, as_help, command_of, output_form
from oktascim.cli.tree import COMMANDS, command_tree
from oktascim.errors import ExitCode, Interrupted, OktascimError
from oktascim.redact import Masker
from oktascim.render.gate import cannot_write
from oktascim.render.streams import Output
from oktascim.runs.session import Session

_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO})
"""What writing the help to standard output can fail with."""

_COMPLETE = "_OKTASCIM_COMPLETE"
"""The variable by which a shell asks for completions."""


def run(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    stdin: TextIO | None = None,
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Run one command line.

    Args:
        arguments: the words after the program's name.
        environ: the environment; the process's own by default.
        stdout: replaces the process's own stream.
        stderr: likewise.
        stdin: likewise.
        ready: called when everything is imported and the command is about to run.

    Returns:
        The exit code (`oktascim help exit-codes`).
    """
    environ = dict(os.environ if environ is None else environ)
    masker = Masker()
    output = Output(masker, environ, stdout=stdout, stderr=stderr, stdin=stdin)
    session = Session(output, masker, environ)
    words = as_help(arrange(arguments), COMMANDS)
    wanted = _completed(environ) if _COMPLETE in environ else command_of(words)
    command = command_tree(wanted if wanted in COMMANDS else None)
    ready()

    def call() -> object:
        if _COMPLETE in environ:
            return command.main(words, prog_name="oktascim", standalone_mode=False, obj=session)
        with command.make_context("oktascim", list(words), obj=session) as context:  # `main` would swallow Ctrl-C
            return command.invoke(context)

    output.error_form = output_form(arguments)
    return _flushed(output, _exit_code(session, call))


def _completed(environ: Mapping[str, str]) -> str | None:
    """The command in the line that a shell completes: only that one has to be imported."""
    line = environ.get("_TYPER_COMPLETE_ARGS") or environ.get("COMP_WORDS") or ""
    return command_of(line.split()[1:])


def _exit_code(session: Session, call: Callable[[], object]) -> int:
    """Call a command; turn what it raises into a message and an exit code."""
    output = session.output
    try:
        result = call()
    except OktascimError as error:
        output.final_error(error)
        return error.exit_code
    except typer.Exit as ended:
        return ended.exit_code
    except KeyboardInterrupt:
        output.final_error(Interrupted("Interrupted."))
        return ExitCode.INTERRUPTED
    except typer.TyperException as error:
        return _usage_error(output, error)
    except BrokenPipeError:
        output.stdout.abandon()  # the reader of our output has gone (`| head`): exit without a message
        return ExitCode.FAILED
    except OSError as error:
        return _system_error(session, error)
    except Exception as error:  # noqa: BLE001 (the last resort: a bug, said as one, without a secret in it)
        return _bug(session, error)
    return result if isinstance(result, int) else ExitCode.DONE


def _flushed(output: Output, code: int) -> int:
    """Flush the buffers; a result that can't be written is a failure, whatever the command returned."""
    try:
        output.stderr.flush()
        output.stdout.flush()
    except BrokenPipeError:
        output.stdout.abandon()
        return code or ExitCode.FAILED
    except OktascimError as error:
        output.error(error)
        return code or error.exit_code
    return code


def _usage_error(output: Output, error: typer.TyperException) -> int:
    from oktascim.cli.usage import usage_problem

    message = error.format_message()
    if message.startswith("Usage: "):  # a group called without a command shows its help
        output.data(message)
    else:
        output.final_error(usage_problem(error))
    return ExitCode.USAGE


def _system_error(session: Session, error: OSError) -> int:
    """An operating system error that no lower layer has turned into a message."""
    if error.filename is not None:
        session.output.final_error(
            OktascimError(f"Can't use {os.fsdecode(error.filename)}: {error.strerror or error}.")
        )
        return ExitCode.FAILED
    if error.errno not in _UNWRITABLE:
        return _bug(session, error)
    session.output.stdout.abandon()
    session.output.error(cannot_write(error))
    return ExitCode.FAILED


def _bug(session: Session, error: Exception) -> int:
    if session.verbosity > 1:
        session.output.stderr.write("".join(traceback.format_exception(error)))
    session.output.final_error(
        OktascimError(
            f"Internal error (please report it): {type(error).__name__}: {error}",
            fix="Run the command again with -vv, and include the output in the report.",
        )
    )
    return ExitCode.FAILED
