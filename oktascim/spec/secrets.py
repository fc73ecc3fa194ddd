"""From a secret's reference to its value, as late as possible and without a trace of the value elsewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pydantic import SecretStr

from oktascim.catalog import Authentication, Template
from oktascim.children import command_environment, is_ours
from oktascim.errors import OktascimError, UsageProblem
from oktascim.files import SECRET_BYTES, Unreadable, read_file, require_private
from oktascim.redact import Masker, clean
from oktascim.spec.models import Integration, SecretRef
from oktascim.spec.secret_command import COMMAND_SECONDS, run

_NAMES = frozenset({"username", "client_id"})
_LIKE_A_KEY = re.compile(r"(?=.*[0-9])[\w.+/=-]{20,}")
"""Some servers take an API key as the user name; a name or a mail address is no secret."""
_OTHER_SECRET = "Name the place of the SCIM server's secret."  # noqa: S105  advice

KeyringGet = Callable[[str], SecretStr | None]


@dataclass(frozen=True)
class SecretSources:
    """Where secrets of one spec file may come from.

    Args:
        environ: the environment variables.
        base_dir: the folder of the spec file; relative `file` references start here, commands run here.
        keyring_get: looks up a keyring entry by its name; None where there is no keyring.
        masker: is told every value, so that no output can carry it.
        withheld: the variables that hold secrets of this run, which a `command` doesn't see.
    """

    environ: Mapping[str, str]
    base_dir: Path
    keyring_get: KeyringGet | None
    masker: Masker
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ResolvedCredentials:
    """The credentials of one connection, by credential field, ready to be sent."""

    values: Mapping[str, SecretStr]
    authentication: Authentication

    def authorization(self) -> SecretStr:
        """The Authorization header that Okta sends; raises UsageProblem for OAuth 2 with consent."""
        plain = {field: value.get_secret_value() for field, value in self.values.items()}
        return SecretStr(self.authentication.authorization(plain))


def resolve_credentials(integration: Integration, template: Template, sources: SecretSources) -> ResolvedCredentials:
    """The credentials of an integration's connection.

    Args:
        integration: one that has `provisioning` and has passed the loader's checks.
        template: its template.
        sources: where secrets come from.

    Returns:
        A value for each field that the authentication needs.

    Raises:
        UsageProblem: if a secret could not be read; names the integration and the field.
    """
    assert integration.provisioning is not None
    credentials = integration.provisioning.credentials
    given = {key: value for key, value in credentials if key != "mode" and value is not None}
    authentication = template.authentication(credentials.mode, given)
    values: dict[str, SecretStr] = {}
    for field in authentication.fields:
        value = given[field]
        what = f"The {field} of '{integration.name}'"
        values[field] = _resolved(value, field, what, sources) if isinstance(value, SecretRef) else SecretStr(value)
    resolved = ResolvedCredentials(values, authentication)
    if authentication.header is not None:
        _check_header(resolved, integration.name, sources.masker)
    return resolved


def _resolved(reference: SecretRef, field: str, what: str, sources: SecretSources) -> SecretStr:
    value = _value(reference, what, sources)
    if field not in _NAMES or _LIKE_A_KEY.fullmatch(value):
        sources.masker.add(value)
    return SecretStr(value)


def resolve(reference: SecretRef, what: str, sources: SecretSources) -> SecretStr:
    """The secret that a reference means.

    Args:
        reference: env, keyring, file or command.
        what: the secret's name at the start of an error's sentence, e.g. `The token of 'acme-crm'`.
        sources: where secrets come from.

    Returns:
        The value without the one newline at its end that files and commands tend to have.

    Raises:
        UsageProblem: if it is not there, is empty, or holds invisible characters (a sign of a pasting accident).
    """
    value = _value(reference, what, sources)
    sources.masker.add(value)
    return SecretStr(value)


def _value(reference: SecretRef, what: str, sources: SecretSources) -> str:
    if reference.env is not None:
        value = _from_environment(reference.env, what, sources)
    elif reference.keyring is not None:
        value = _from_keyring(reference.keyring, what, sources)
    elif reference.file is not None:
        value = _from_file(reference.file, what, sources)
    else:
        assert reference.command is not None
        value = _from_command(reference.command, what, sources)
    place = place_of(reference)
    value = value.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        _fail(what, f"The {place} is empty.")
    if not value.isprintable():
        _fail(what, f"The {place} holds a line break or another invisible character.")
    return value


def place_of(reference: SecretRef) -> str:
    """The place that a reference names, in words that follow "the"."""
    if reference.env is not None:
        return f"environment variable {reference.env}"
    if reference.keyring is not None:
        return f"keyring entry '{reference.keyring}'"
    if reference.file is not None:
        return f"file {reference.file}"
    return "output of its command"


def references(integration: Integration) -> tuple[SecretRef, ...]:
    """The secrets that an integration's connection takes by reference."""
    if integration.provisioning is None:
        return ()
    return tuple(value for _, value in integration.provisioning.credentials if isinstance(value, SecretRef))


def missing(integration: Integration, sources: SecretSources) -> list[str]:
    """What apply would miss of an integration's secrets, a sentence each; commands are not run, so they count as there.

    Args:
        integration: one that has passed the loader's checks.
        sources: where secrets come from.
    """
    if integration.provisioning is None:
        return []
    said = []
    for field, reference in integration.provisioning.credentials:
        if not isinstance(reference, SecretRef) or reference.command is not None:
            continue
        what = f"The {field} of '{integration.name}'"
        try:
            _resolved(reference, field, what, sources)
        except OktascimError as error:
            said.append(f"{what} is missing. {error.why or error.what}")
    return said


def _from_environment(name: str, what: str, sources: SecretSources) -> str:
    if is_ours(name):
        _fail(what, f"{name} holds a secret of oktascim's own, which no connection may send.", fix=_OTHER_SECRET)
    if name not in sources.environ:
        _fail(what, f"The environment variable {name} is not set.", fix=f"Set it: export {name}=…")
    return sources.environ[name]


def _from_keyring(name: str, what: str, sources: SecretSources) -> str:
    if "://" in name:  # the names of org tokens and of console sessions
        _fail(what, f"The OS keyring entry '{name}' is oktascim's own.", fix=_OTHER_SECRET)
    if sources.keyring_get is None:
        _fail(what, "There is no OS keyring here.", fix="Use {env: NAME}, {file: PATH} or {command: …} instead.")
    value = sources.keyring_get(name)
    if value is None:
        _fail(what, f"The OS keyring has no entry '{name}'.", fix=f"Store it: keyring set oktascim {name}")
    return value.get_secret_value()


def _from_file(name: str, what: str, sources: SecretSources) -> str:
    path = sources.base_dir / name
    try:
        path = sources.base_dir / Path(name).expanduser()
        content = read_file(path, SECRET_BYTES)
        require_private(path)
        return content.decode()
    except Unreadable as error:
        _fail(what, f"The file {clean(error.what)}", fix=error.fix)
    except UnicodeDecodeError:
        _fail(what, f"The file {path} is not UTF-8 text.")
    except RuntimeError as error:  # a home folder that does not exist
        _fail(what, f"The file {clean(name)} cannot be read: {error}.")


def _from_command(line: str, what: str, sources: SecretSources) -> str:
    """Run without a shell; what the command says on stderr is not repeated, it may hold secrets."""
    try:
        words = shlex.split(line)
    except ValueError:
        _fail(what, "Its command has a quotation mark that is not closed.")
    if not words or "\0" in line:
        _fail(what, "Its command is empty or holds a control character.")
    program = f"Its command '{clean(words[0])}'"
    try:
        output, code = run(words, sources.base_dir, command_environment(sources.environ, sources.withheld))
        value = output.decode()
    except OSError as error:
        _fail(what, f"{program} cannot be run: {error.strerror}.")
    except subprocess.TimeoutExpired:
        _fail(what, f"{program} did not end within {COMMAND_SECONDS:.0f} seconds.")
    except Unreadable as error:
        _fail(what, f"{program} printed something that {error.reason}.")
    except UnicodeDecodeError:
        _fail(what, f"{program} did not print UTF-8 text.")
    if code != 0:
        fix = "Run it by hand in the spec's folder to see why."
        _fail(what, f"{program} ended with exit code {code}.", fix=fix)
    return value


def _check_header(resolved: ResolvedCredentials, name: str, masker: Masker) -> None:
    """Refuse what the Authorization header cannot carry, and have the header itself hidden: it may be an encoding."""
    username = resolved.values.get("username")
    if username and ":" in username.get_secret_value():
        _fail(f"The username of '{name}'", "It holds a ':', which Basic authentication cannot carry (RFC 7617 2).")
    header = resolved.authorization().get_secret_value()
    if not header.isascii():
        _fail(f"The token of '{name}'", "It holds characters that are not ASCII; an HTTP header cannot carry them.")
    masker.add(header.rpartition(" ")[2])


def _fail(what: str, why: str, *, fix: str | None = None) -> NoReturn:
    raise UsageProblem(f"{what} could not be read", why=why, fix=fix)
