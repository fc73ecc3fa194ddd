"""oktascim's own secrets: each in its own variable, or as a reference in the same variable with `_FROM` appended."""

from __future__ import annotations

from oktascim.runs.flags import reference
from oktascim.secret_text import SecretStr
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.spec.provisioning import SecretRef
from oktascim.spec.secrets import SecretSources, resolve

PRIVATE_KEY_PASSPHRASE = "OKTASCIM_PRIVATE_KEY_PASSPHRASE"  # noqa: S105  the name of a variable
FROM = "_FROM"


def secret_of(name: str, sources: SecretSources) -> SecretStr | None:
    """The value of a variable, or the value that its reference points to.

    Args:
        name: the variable's name; with `_FROM` after it, it has a reference: `keyring:NAME`, `file:PATH`,
            `command:…` or `env:NAME`.
        sources: where secrets come from; the masker receives the value.

    Raises:
        UsageProblem: the reference is malformed, or its target doesn't exist.
        SecretStoreUnavailable: the keyring that holds the value can't be used.
    """
    if given := sources.environ.get(name):
        sources.masker.add(given)
        return SecretStr(given)
    place = reference(name + FROM, sources.environ.get(name + FROM) or None)
    if place is None:
        return None
    try:
        return resolve(SecretRef(**place), name, sources)
    except SecretStoreUnavailable as error:
        instead = f"Set {name} instead, or set {name}{FROM} to a reference: file:PATH, command:… or env:NAME."
        raise error.advising(instead) from None
