"""Resolves secret references to values, as late as possible and without leaving the value anywhere else."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from oktascim.children import command_environment, is_ours
from oktascim.errors import OktascimError, UsageProblem
from oktascim.files import SECRET_BYTES, Unreadable, read_file, require_private
from oktascim.redact import Masker, clean
from oktascim.secret_text import SecretStr
from oktascim.spec.models import Integration
from oktascim.spec.provisioning import SecretRef
from oktascim.spec.secret_command import output_of
from oktascim.template import Authentication, Template

_NAMES = frozenset({"username", "client_id"})
_LIKE_A_KEY = re.compile(r"(?=.*[0-9])[\w.+/=-]{20,}")
"""Some servers expect an API key as the user name; a name or e-mail address isn't a secret."""
_OTHER_SECRET = "Use a reference to the SCIM server's secret."  # noqa: S105  advice

KeyringGet = Callable[[str], SecretStr | None]


@dataclass(frozen=True)
class SecretSources:
    """The sources of one spec file's secrets.

    Args:
        environ: the environment variables.
        base_dir: the folder of the spec file; relative `file` references start here, and commands run here.
        keyring_get: looks up a keyring entry by name; None without a keyring.
        masker: receives every value, so that no output can contain it.
        withheld: the variables that hold secrets of this run, hidden from a `command`.
    """

    environ: Mapping[str, str]
    base_dir: Path
    keyring_get: KeyringGet | None
    masker: Masker
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ResolvedCredentials:
    """The credentials of one connection by credential field, ready to send."""

    values: Mapping[str, SecretStr]
    authentication: Authentication

    def authorization(self) -> SecretStr:
        """The Authorization header that Okta sends; raises UsageProblem for OAuth 2 with consent."""
        plain = {field: value.get_secret_value() for field, value in self.values.items()}
        return SecretStr(self.authentication.authorization(plain))


def resolve_credentials(integration: Integration, template: Template, sources: SecretSources) -> ResolvedCredentials:
    """The credentials of an integration's connection.

    Args:
        integration: has `provisioning` and has passed the loader's checks.
        template: its template.
        sources: the sources of secrets.

    Returns:
        A value for each field that the authentication needs.

    Raises:
        UsageProblem: a secret couldn't be read; names the integration and the field.
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
    """Fetch the secret behind a reference.

    Args:
        reference: env, keyring, file or command.
        what: the secret's name at the start of an error message, e.g. `The token of 'acme-crm'`.
        sources: the sources of secrets.

    Returns:
        The value, without the one trailing newline that files and commands tend to have.

    Raises:
        UsageProblem: it is missing, is empty, or contains invisible characters (a sign of a paste error).
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
        _fail(what, f"The {place} contains a line break or another invisible character.")
    return value


def place_of(reference: SecretRef) -> str:
    """Describe the place of a reference, to follow "the"."""
    if reference.env is not None:
        return f"environment variable {reference.env}"
    if reference.keyring is not None:
        return f"keyring entry '{reference.keyring}'"
    if reference.file is not None:
        return f"file {reference.file}"
    return "output of its command"


def references(integration: Integration) -> tuple[SecretRef, ...]:
    """The secrets of an integration's connection that are references."""
    if integration.provisioning is None:
        return ()
    return tuple(value for _, value in integration.provisioning.credentials if isinstance(value, SecretRef))


def missing(integration: Integration, sources: SecretSources) -> list[str]:
    """One sentence for each secret of an integration that apply would lack; commands aren't run and count as available.

    Args:
        integration: has passed the loader's checks.
        sources: the sources of secrets.
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
        _fail(what, f"{name} holds a secret of oktascim itself, which no connection may send.", fix=_OTHER_SECRET)
    if name not in sources.environ:
        _fail(what, f"The environment variable {name} isn't set.", fix=f"Set it: export {name}=…")
    return sources.environ[name]


def _from_keyring(name: str, what: str, sources: SecretSources) -> str:
    if "://" in name:  # the names of entries for org tokens and console sessions
        _fail(what, f"The OS keyring entry '{name}' is reserved for oktascim.", fix=_OTHER_SECRET)
    if sources.keyring_get is None:
        _fail(what, "This machine has no OS keyring.", fix="Use {env: NAME}, {file: PATH} or {command: …} instead.")
    value = sources.keyring_get(name)
    if value is None:
        _fail(what, f"The OS keyring has no entry '{name}'.", fix=f"Store it: oktascim auth secret set {name}")
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
        _fail(what, f"The file {path} isn't UTF-8 text.")
    except RuntimeError as error:  # a home folder that doesn't exist
        _fail(what, f"The file {clean(name)} can't be read: {error}.")


def _from_command(line: str, what: str, sources: SecretSources) -> str:
    """Run without a shell; the command's stderr isn't shown, because it may contain secrets."""
    try:
        words = shlex.split(line)
    except ValueError:
        _fail(what, "Its command has an unclosed quotation mark.")
    if not words or "\0" in line:
        _fail(what, "Its command is empty or contains a control character.")
    program = f"Its command '{clean(words[0])}'"
    try:
        output, code = output_of(words, sources.base_dir, command_environment(sources.environ, sources.withheld))
        value = output.decode()
    except OSError as error:
        _fail(what, f"{program} can't be run: {error.strerror}.")
    except subprocess.TimeoutExpired as error:
        _fail(what, f"{program} didn't finish within {error.timeout:.0f} seconds.")
    except Unreadable as error:
        _fail(what, f"{program} printed something that {error.reason}.")
    except UnicodeDecodeError:
        _fail(what, f"{program} didn't print UTF-8 text.")
    if code != 0:
        fix = "Run it manually in the spec's folder to see why."
        _fail(what, f"{program} exited with code {code}.", fix=fix)
    return value


def _check_header(resolved: ResolvedCredentials, name: str, masker: Masker) -> None:
    """Refuse what the Authorization header can't contain, and mask the header too, because it may be an encoding."""
    username = resolved.values.get("username")
    if username and ":" in username.get_secret_value():
        _fail(f"The username of '{name}'", "It contains a ':', which Basic authentication doesn't allow (RFC 7617 2).")
    header = resolved.authorization().get_secret_value()
    if not header.isascii():
        _fail(f"The token of '{name}'", "It contains non-ASCII characters, which an HTTP header doesn't allow.")
    masker.add(header.rpartition(" ")[2])


def _fail(what: str, why: str, *, fix: str | None = None) -> NoReturn:
    raise UsageProblem(f"{what} couldn't be read.", why=why, fix=fix)
