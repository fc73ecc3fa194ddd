"""The two credentials that an org gives a program: an API token, or an OAuth 2.0 service app with a private key.

Each is read whole from one place, so that no part of it can come from someone else's file. The names are those of
Okta's SDK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Literal

from oktascim.errors import IdentityRefused, UsageProblem
from oktascim.files import SECRET_BYTES, Unreadable, read_file, require_private
from oktascim.redact import clean
from oktascim.secret_text import SecretStr

Mode = Literal["SSWS", "PrivateKey"]
API_TOKEN: Mode = "SSWS"  # noqa: S105  the SDK's name of the mode
PRIVATE_KEY: Mode = "PrivateKey"

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, section 3.3
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no", ""})


@dataclass(frozen=True)
class ServiceAppSettings:
    """An OAuth 2.0 service app, as the settings describe it.

    Attributes:
        client_id: the app's client ID.
        private_key: a JWK or a PEM block, unchecked.
        source: the place that both are from.
        scopes: what to ask Okta for; () for everything that a command of oktascim can need.
        key_id: the key's `kid`, or None.
        audience: of the assertion, or None for the token endpoint.
        dpop: whether to send DPoP proofs before Okta asks for them.
    """

    client_id: str
    private_key: SecretStr
    source: str
    scopes: tuple[str, ...] = ()
    key_id: str | None = None
    audience: str | None = None
    dpop: bool = False

    mode: Mode = PRIVATE_KEY


@dataclass(frozen=True)
class ApiTokenSettings:
    """An API token, and the place it is from."""

    token: SecretStr
    source: str

    mode: Mode = API_TOKEN


Credential = ApiTokenSettings | ServiceAppSettings


class ForeignKey(IdentityRefused):
    """A file in the current folder names a private key elsewhere on this machine, so the key isn't used."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The private key {clean(str(path))} isn't used.",
            why="The okta.yaml of the current folder names it. That file may be someone else's, and what is signed "
            "with your key could be used at your org.",
            fix="If the file is yours, move it to ~/.okta/okta.yaml, or name the key in OKTA_CLIENT_PRIVATEKEY.",
        )


def by_environment(org_url: str, client_id: str | None, key_id: str | None = None, key_file: str = "key.pem") -> str:
    """The line for a shell that does without a keyring.

    Args:
        org_url: the org's origin.
        client_id: of a service app; None for an API token, which the line reads from the file token.txt.
        key_id: the `kid` of the app's key.
        key_file: where the app's private key is.
    """
    org = f"export OKTA_CLIENT_ORGURL={quote(org_url)}"
    if client_id is None:
        return f'{org} OKTA_CLIENT_TOKEN="$(cat token.txt)"'
    return (
        f"{org} OKTA_CLIENT_AUTHORIZATIONMODE={PRIVATE_KEY} OKTA_CLIENT_CLIENTID={quote(client_id)} "
        f"OKTA_CLIENT_PRIVATEKEY={quote(key_file)}" + (f" OKTA_CLIENT_KID={quote(key_id)}" if key_id else "")
    )


def authorization_mode_of(text: str, source: str) -> Mode:
    """The authorization mode of that name, in any case of letters.

    Raises:
        UsageProblem: it is another one.
    """
    for mode in (API_TOKEN, PRIVATE_KEY):
        if text.lower() == mode.lower():
            return mode
    raise UsageProblem(
        f"{source} sets the authorization mode to {clean(text)!r}.",
        fix=f"Use {API_TOKEN} (an API token) or {PRIVATE_KEY} (an OAuth 2.0 service app).",
    )


def service_app_of(
    values: Mapping[str, str], names: Mapping[str, str], source: str, folder: Path, *, foreign: bool = False
) -> ServiceAppSettings:
    """A service app from the settings of one place.

    Args:
        values: the settings by the place's own names, such as OKTA_CLIENT_CLIENTID or clientId.
        names: from the SDK's keys (clientId, privateKey, kid, scopes, dpopEnabled, audience) to those names.
        source: the place, for the errors; "" where each name says it already.
        folder: where a relative path to the key begins.
        foreign: whether the place may be someone else's; then the key's file has to be in that folder. An assertion
            that is signed with the user's own key, for an audience that the place names, is good at another org.

    Raises:
        UsageProblem: a part is missing or malformed.
        ForeignKey: the place may be someone else's, and the key's file is elsewhere.
        Unreadable: the key's file can't be read, or others can read it.
    """
    place = f" in {source}" if source else ""
    for key in ("clientId", "privateKey"):
        if not values.get(names[key]):
            raise UsageProblem(
                f"{names[key]} is not set{place}.",
                why=f"The authorization mode {PRIVATE_KEY} needs the client ID and the private key from one place.",
                fix=f"Set {names['clientId']} and {names['privateKey']}, or run `oktascim auth login --service-app`.",
            )
    return ServiceAppSettings(
        client_id=_client_id(values[names["clientId"]], source or names["clientId"]),
        private_key=SecretStr(_key_text(values[names["privateKey"]], names["privateKey"], folder, foreign=foreign)),
        source=source or names["privateKey"],
        scopes=scopes_of(values.get(names["scopes"], ""), source or names["scopes"]),
        key_id=values.get(names["kid"]) or None,
        audience=values.get(names["audience"]) or None,
        dpop=_is_true(values.get(names["dpopEnabled"], ""), names["dpopEnabled"]),
    )


def scopes_of(text: str, source: str) -> tuple[str, ...]:
    """The scopes in a list with commas (as the SDK wants it) or spaces between them.

    Raises:
        UsageProblem: one of them can't be a scope.
    """
    scopes = tuple(dict.fromkeys(re.split(r"[,\s]+", text.strip()))) if text.strip() else ()
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise UsageProblem(f"{source} names a scope that can't be one: {clean(scope)!r}.")
    return scopes


def _client_id(text: str, source: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{1,128}", text):
        raise UsageProblem(f"The client ID from {source} contains a space or a character that a client ID never has.")
    return text


def is_key(text: str) -> bool:
    """Whether this is meant as a key, and not as the name of the file that has it."""
    return text.lstrip().startswith(("{", "-----BEGIN")) or "\n" in text.strip()


def _key_text(text: str, name: str, folder: Path, *, foreign: bool) -> str:
    """The key itself, or what the file of that name holds; the SDK takes both under one name."""
    if is_key(text):
        return text
    no_key = UsageProblem(
        f"{name} is neither a private key nor the name of a file that exists.",
        fix="Give a JWK, a PEM block with its line breaks, or the path of a file with one of them.",
    )
    try:
        path = folder / Path(text).expanduser()
        if foreign and not path.resolve().is_relative_to(folder.resolve()):
            raise ForeignKey(path)
        key = read_file(path, SECRET_BYTES)
    except (RuntimeError, ValueError, OSError):  # ~name of nobody; a NUL; a circle of links
        raise no_key from None
    except Unreadable as error:
        if not error.missing:
            raise
        raise no_key from None
    require_private(path)
    try:
        return key.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(
            f"{path} is not text.", fix="Use a key in PEM or JWK; openssl converts: openssl pkey -inform DER -in FILE"
        ) from None


def _is_true(text: str, name: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise UsageProblem(f"{name} is {clean(text)!r}.", fix="Use true or false.")
