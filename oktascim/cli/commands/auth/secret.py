"""`oktascim auth secret`: the secrets that specs refer to as `{keyring: NAME}`."""

from __future__ import annotations

from typing import Annotated

import typer

from oktascim.cli.options import OutputOption, session_of
from oktascim.render.formats import Format, Table
from oktascim.runs.secret_input import spec_secret
from oktascim.runs.session import Session
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.settings.spec_secrets import SpecSecretStore, check_name

app = typer.Typer(no_args_is_help=True, help="Store the secrets that specs refer to by name.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name in the spec's {keyring: NAME}.")]


@app.command("set")
def secret_set(context: typer.Context, name: NameArgument) -> None:
    """Store a secret in the OS keyring, for `{keyring: NAME}` in a spec.

    The prompt doesn't echo the secret. Without a terminal, the secret is read from standard input. No option takes it,
    because other users of the machine can read command lines.

    Examples: `oktascim auth secret set ACME_SCIM_TOKEN`, `oktascim auth secret set ACME_SCIM_TOKEN < token.txt`
    """
    session = session_of(context)
    check_name(name)
    store = _store(session)
    try:
        session.secret_store.probe()
        secret = spec_secret(session.output, name)
        session.masker.add(secret.get_secret_value())
        replaced = store.keep(name, secret)
    except SecretStoreUnavailable as error:
        variable = name if name.isidentifier() and name.isascii() else "NAME"
        instead = f'Use {{env: {variable}}} in the spec, and: export {variable}="$(cat secret.txt)"'
        raise error.advising(instead) from None
    session.output.note(f"{'Replaced' if replaced else 'Stored'} {name}. In a spec: {{keyring: {name}}}")


@app.command("list")
def secret_list(context: typer.Context, output: OutputOption = Format.TABLE) -> None:
    """List the names that `auth secret set` stored, and whether the keyring still has them.

    A keyring can't list its entries. Those that another program stored aren't shown, although specs can use them.
    """
    session = session_of(context)
    states = _store(session).states()
    table = Table(
        ("name", "keyring"),
        list(states.items()),
        empty="No secrets. Store one with `oktascim auth secret set NAME`.",
    )
    document = [{"name": name, "state": state} for name, state in states.items()]
    session.output.show(document, output, table)


@app.command("rm")
def secret_rm(context: typer.Context, name: NameArgument) -> None:
    """Remove a secret from the OS keyring.

    Example: `oktascim auth secret rm ACME_SCIM_TOKEN`
    """
    session = session_of(context)
    try:
        removed = _store(session).forget(name)
    except SecretStoreUnavailable as error:
        raise error.advising("Remove the entry with your keyring's own program.") from None
    session.output.note(f"Removed {name}." if removed else f"The keyring had no {name}; its name is removed.")


def _store(session: Session) -> SpecSecretStore:
    return SpecSecretStore(session.profiles.directory, session.secret_store)
