"""Completion of names: apps and integrations of the org from a cache, profiles and templates from this machine.

A key press must neither wait nor prompt. So another process reads the org and caches its names for `FRESH` seconds; the
key press waits for it at most `PATIENCE` seconds, and the next one shows what it found. Completion never opens the
keyring, which could prompt: it knows only the names of orgs whose token is in the environment or in an okta.yaml.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from oktascim.errors import OktascimError
from oktascim.files import read_file, write_whole
from oktascim.redact import Masker, clean

if TYPE_CHECKING:
    from oktascim.okta.apps import App
    from oktascim.secret_text import SecretStr

FRESH = 300.0
"""How many seconds the cached names of an org are used."""
PATIENCE = 0.2
"""How many seconds a key press waits for the org at most."""
_MAX_BYTES = 4_000_000
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/@-]*")
"""Text that a shell reads as one word; a label is arbitrary text and must not become a command."""

Offer = tuple[str, str]


class NoSecrets:
    """A secret store that is never asked: completion doesn't open the keyring."""

    def get(self, _name: str) -> SecretStr | None:
        """Nothing."""
        return None

    def set(self, _name: str, _secret: SecretStr) -> None:
        """Keep nothing."""

    def delete(self, _name: str) -> bool:
        """Nothing was there."""
        return False

    def probe(self) -> None:
        """Nothing would be kept."""


def complete_profile(incomplete: str) -> list[str]:
    """The profiles of this machine."""
    from oktascim.settings.profiles import ProfileStore, config_directory

    try:
        known = ProfileStore(config_directory(os.environ), NoSecrets()).load().profiles
    except OktascimError:
        return []
    return sorted(name for name in known if name.startswith(incomplete))


def complete_template(incomplete: str) -> list[Offer]:
    """The templates, each with its name in Okta."""
    from oktascim.catalog import load_templates

    found = load_templates().values()
    return [(one.name, one.display_name) for one in found if one.name.startswith(incomplete)]


def complete_app(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """The org's apps by the name of their integration, else by their label or id."""
    return [(word, label) for word, label, _ in _apps(ctx) if word.startswith(incomplete)]


def complete_integration(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """The integrations that apps of the org belong to."""
    return [(key, label) for _, label, key in _apps(ctx) if key and key.startswith(incomplete)]


def cached_words(apps: list[App]) -> list[list[str | None]]:
    """What is cached for each app: the word that names it, its label, and the key of its integration."""
    named = ((one, one.integration or (one.label if _SAFE.fullmatch(one.label) else one.id)) for one in apps)
    return sorted([word, clean(one.label), one.marker] for one, word in named if _SAFE.fullmatch(word))


def _apps(ctx: typer.Context) -> list[Any]:
    given = ctx.find_root().params
    chosen = {"org_url": given.get("org_url"), "profile": next(iter(given.get("profile") or ()), None)}
    file = _cache_file(chosen, os.environ)
    if not _is_fresh(file):
        _start_reading(file, chosen)
    try:
        kept = json.loads(read_file(file, _MAX_BYTES))
    except (OktascimError, ValueError):
        return []
    return [entry for entry in kept if isinstance(entry, list) and len(entry) == 3] if isinstance(kept, list) else []


def _cache_file(chosen: Mapping[str, str | None], environ: Mapping[str, str]) -> Path:
    """One file for each choice of an org: flags, environment, profiles and, for an okta.yaml, the folder."""
    import hashlib

    from oktascim.settings.profiles import FILE_NAME, config_directory

    folder = config_directory(environ)
    try:
        profiles = read_file(folder / FILE_NAME, _MAX_BYTES).decode(errors="replace")
    except OktascimError:
        profiles = ""
    names = ("OKTA_CLIENT_ORGURL", "OKTASCIM_PROFILE")
    choice = [dict(chosen), [environ.get(name) for name in names], profiles, str(Path.cwd())]
    return folder / "completion" / f"{hashlib.sha256(json.dumps(choice).encode()).hexdigest()[:32]}.json"


def _is_fresh(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime < FRESH
    except OSError:
        return False


def _start_reading(file: Path, chosen: Mapping[str, str | None]) -> None:
    """Start another process that reads the org, and wait for it for at most `PATIENCE` seconds.

    The file is created or touched first, so that later key presses don't start a second process.
    """
    import subprocess

    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
    except OSError:
        return
    command = [sys.executable, "-m", "oktascim.cli.completion", str(file), json.dumps(dict(chosen))]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - our own interpreter running this module
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.returncode = 0  # it goes on without us; Popen would warn that nobody waited for it


def keep_names(file: Path, chosen: Mapping[str, str | None], environ: Mapping[str, str]) -> None:
    """Read the org and cache the names of its apps; for an org that can't be read, an empty list.

    Args:
        file: where they are cached, readable only by this user.
        chosen: `org_url` and `profile`, as on the command line.
        environ: the environment.
    """
    import asyncio

    try:
        found = asyncio.run(_read(chosen, environ))
    except OktascimError:
        found = []
    write_whole(file, json.dumps(cached_words(found)))


async def _read(chosen: Mapping[str, str | None], environ: Mapping[str, str]) -> list[App]:
    from oktascim.http.client import Limits
    from oktascim.okta.access import access_of
    from oktascim.okta.apps import every_app
    from oktascim.okta.client import Okta
    from oktascim.settings.org_sources import OrgFlags, resolve_org
    from oktascim.settings.profiles import ProfileStore, config_directory

    masker = Masker()
    org = resolve_org(
        OrgFlags(org_url=chosen.get("org_url"), profile=chosen.get("profile")),
        environ=environ,
        home=Path.home(),
        cwd=Path.cwd(),
        store=ProfileStore(config_directory(environ), NoSecrets()),
        masker=masker,
    )
    limits = Limits(seconds=20)
    access = access_of(org.url.value, org.credential, passphrase=None, remember=masker.add, limits=limits)
    async with Okta(org.url.value, access, mask=masker.mask, limits=limits) as okta:
        return await every_app(okta)


if __name__ == "__main__":
    keep_names(Path(sys.argv[1]), json.loads(sys.argv[2]), os.environ)
