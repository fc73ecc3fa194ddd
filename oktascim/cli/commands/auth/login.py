"""`oktascim auth login`: an API token, a service app, or a session of the Admin Console."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from oktascim.cli.options import session_of
from oktascim.errors import UsageProblem
from oktascim.files import STDIN
from oktascim.runs.console_access import save_console_session
from oktascim.runs.questions import Questions
from oktascim.runs.secret_input import api_token, private_key_in
from oktascim.runs.service_app import guide, pending_key, pending_key_name, scope_notes, verified
from oktascim.runs.session import Session
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import by_environment, scopes_of
from oktascim.settings.login import login
from oktascim.settings.profiles import Profile
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.settings.values import OKTA_DOMAINS, Setting, check_org_url


def auth_login(
    context: typer.Context,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the API token from standard input.")] = False,
    service_app: Annotated[
        bool, typer.Option("--service-app", help="Save an OAuth 2.0 service app instead of an API token.")
    ] = False,
    client_id: Annotated[
        str | None, typer.Option("--client-id", metavar="ID", help="The service app's client ID.")
    ] = None,
    private_key: Annotated[
        Path | None,
        typer.Option(
            "--private-key",
            metavar="FILE",
            help="The service app's private key, JWK or PEM; - reads standard input. Default: create a key pair.",
            allow_dash=True,
        ),
    ] = None,
    key_id: Annotated[str | None, typer.Option("--kid", metavar="ID", help="The key's ID in Okta.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", metavar="SCOPE", help="Request only this scope; repeatable.")
    ] = None,
    dpop: Annotated[
        bool,
        typer.Option(
            "--dpop", help="Send DPoP proofs from the first request; if Okta requires them, they are always sent."
        ),
    ] = False,
    protected: Annotated[
        bool, typer.Option("--protected", help="Require --i-mean for commands that write to this org.")
    ] = False,
    var: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME=VALUE", help="The value of {env: NAME} in specs for this org; repeatable."),
    ] = None,
    console: Annotated[
        bool, typer.Option("--console", help="Sign in to the Admin Console in a browser instead, and save the session.")
    ] = False,
) -> None:
    """Check a credential with Okta and save it in the OS keyring as a profile.

    `--org-url` names the org and `--profile` the profile, which is named after the org by default. The prompt doesn't
    echo the token. No option takes the token, because other users of the machine can read command lines.

    `--service-app` saves an OAuth 2.0 service app, which can do only what its scopes and its admin role allow. It
    creates a key pair, shows the public key to paste into Okta, keeps the private key in the keyring, and signs in.

    `--console` opens the Admin Console in a browser window and saves your session, encrypted; the console route uses it
    until it ends. Log in with an API token first.

    Examples: `oktascim auth login --org-url https://acme.okta.com --token-stdin < token.txt`,
    `oktascim auth login --org-url https://acme.okta.com --service-app`
    """
    session = session_of(context)
    is_app = bool(service_app or client_id or private_key)
    _refuse_contradictions(is_app, token_stdin, {"--kid": key_id, "--scope": scope, "--dpop": dpop})
    variables = _vars(var or ())
    if console:
        org = session.run(lambda: save_console_session(session))
        session.output.note(f"Signed in to the Admin Console of {org}. The session is saved until Okta ends it.")
        return
    url = check_org_url(_org_url(session)).value
    name = session.profile or _name_after(url)
    instead = _by_environment(url, client_id, private_key, key_id) if is_app else by_environment(url, None)
    _require_keyring(session, instead)
    if is_app:
        scopes = scopes_of(" ".join(scope or ()), "--scope")
        profile, secret = _service_app(session, url, client_id, private_key, key_id)
        profile = replace(profile, scopes=scopes, dpop=dpop)
        what = "The private key"
    else:
        profile, secret, what = Profile(org_url=url), api_token(session.output, from_stdin=token_stdin), "The token"
    profile = _keeping(session.profiles.load().profiles.get(name), profile, protected=protected, given=variables)
    session.masker.add(secret.value.get_secret_value())
    identity = session.run(lambda: login(name, profile, secret, session.profiles, verified(session, url)))
    session.secret_store.delete(pending_key_name(url))
    of = f" ({identity.company})" if identity.company else ""
    session.output.note(f"Signed in to {url}{of}. {what} is in the keyring; {name} is now the current profile.")
    if profile.protected:
        session.output.note(f"{name} is protected: commands write to it only if its name is given.")
    for line in scope_notes(identity.granted):
        session.output.note(line)


def _refuse_contradictions(is_app: bool, token_stdin: bool, of_app: Mapping[str, object]) -> None:
    """Refuse options that would be ignored, before anything is asked."""
    if is_app and token_stdin:
        raise UsageProblem(
            "--token-stdin can't be used with a service app.", fix="To pass its key, use --private-key -"
        )
    unused = [name for name, given in of_app.items() if given and not is_app]
    if unused:
        raise UsageProblem(f"{unused[0]} needs --service-app.")


def _keeping(known: Profile | None, profile: Profile, *, protected: bool, given: dict[str, str]) -> Profile:
    """The profile with what it had for the same org: a new token must not end its protection or drop its variables."""
    if known is None or known.origin != profile.origin:
        return replace(profile, protected=protected, vars=given)
    return replace(profile, protected=protected or known.protected, vars={**known.vars, **given})


def _vars(given: Sequence[str]) -> dict[str, str]:
    """The variables of `--var`.

    Raises:
        UsageProblem: one of them isn't NAME=VALUE.
    """
    pairs = [one.partition("=") for one in given]
    for name, equals, _ in pairs:
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise UsageProblem("--var takes NAME=VALUE.", fix="--var SCIM_BASE_URL=https://acme.example/scim/v2")
    return {name: value for name, _, value in pairs}


def _org_url(session: Session) -> Setting[str]:
    if session.org_url:
        return Setting(session.org_url, "--org-url")
    known = session.profiles.load().profiles.get(session.profile or "")
    if known:
        return Setting(known.org_url, f"profile {session.profile}")
    if url := session.environ.get("OKTA_CLIENT_ORGURL"):
        return Setting(url, "OKTA_CLIENT_ORGURL")
    asked = Questions(session.output).text("Org URL (https://your-org.okta.com)", "--org-url", check=_wrong_org_url)
    return Setting(asked, "the prompt")


def _wrong_org_url(answer: str) -> str | None:
    try:
        check_org_url(Setting(answer, "the prompt"))
    except UsageProblem as error:
        return " ".join(filter(None, (error.what, error.fix)))
    return None


def _name_after(org_url: str) -> str:
    host = urlsplit(org_url).hostname or ""
    org, _, domain = host.partition(".")
    return org if domain in OKTA_DOMAINS else host


def _require_keyring(session: Session, instead: str) -> None:
    """Check for a keyring before asking for or sending a secret.

    Raises:
        SecretStoreUnavailable: the keyring can't store it; the fix is the line that needs no keyring.
    """
    try:
        session.secret_store.probe()
    except SecretStoreUnavailable as error:
        raise error.advising(f"Without a keyring, use the environment instead of `auth login`:\n{instead}") from None


def _by_environment(url: str, client_id: str | None, private_key: Path | None, key_id: str | None) -> str:
    """The line that does the same for a service app without a keyring; its private key stays in its file."""
    is_file = private_key is not None and str(private_key) != STDIN
    key = str(private_key.absolute()) if private_key and is_file else "key.pem"
    return by_environment(url, client_id or "CLIENT_ID", key_id, key)


def _service_app(
    session: Session, url: str, client_id: str | None, private_key: Path | None, key_id: str | None
) -> tuple[Profile, Setting[SecretStr]]:
    """The service app and its private key: as the options give them, or made and asked for."""
    if private_key is None:
        if not session.output.interactive:
            raise UsageProblem(
                "Can't guide you through a service app: not an interactive terminal.",
                fix="Pass what you have: oktascim auth login --service-app --client-id ID --private-key FILE",
            )
        pair = pending_key(session.secret_store, url)
        for line in guide(url, pair.public):
            session.output.data(line)
        chosen = client_id or session.output.ask("Client ID: ", otherwise="--client-id", required=True)
        return Profile(org_url=url, client_id=chosen.strip(), key_id=pair.key_id), Setting(pair.private, "this login")
    if client_id is None:
        chosen = session.output.ask("Client ID: ", otherwise="--client-id", required=True)
    else:
        chosen = client_id
    secret = Setting(private_key_in(private_key), f"--private-key {private_key}")
    return Profile(org_url=url, client_id=chosen.strip(), key_id=key_id), secret
