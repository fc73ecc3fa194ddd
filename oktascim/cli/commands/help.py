"""`oktascim help TOPIC`: help that applies to all commands."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

import typer

from oktascim.cli.options import session_of
from oktascim.render.layout import Layout

_SHORT_HEAD = 4
"""The longest head, an exit code, beside which a narrow terminal has room for its text."""


class Topic(StrEnum):
    """The topics."""

    ENVIRONMENT = "environment"
    EXIT_CODES = "exit-codes"
    TEMPLATES = "templates"


EXIT_CODES = """\
0    done
1    failed, or you answered no; the message says which step of which
     integration, and why
2    wrong usage, or an invalid spec
3    `plan --exit-code` found changes
4    Okta rejected the token, the token lacks a role or scope, or the keyring is
     locked
5    the SCIM server or its credentials failed the test, or Okta couldn't
     provision a user or group
6    a manual step in the Admin Console is required (handoff pending)
130  interrupted; what was done has been reported"""

ENVIRONMENT = """\
OKTA_CLIENT_ORGURL            the org, https://your-org.okta.com
OKTA_CLIENT_TOKEN             an API token (SSWS)
OKTA_CLIENT_AUTHORIZATIONMODE SSWS (default), or PrivateKey: an OAuth 2.0
                              service app, described by the next variables
OKTA_CLIENT_CLIENTID, OKTA_CLIENT_PRIVATEKEY, OKTA_CLIENT_KID,
OKTA_CLIENT_SCOPES, OKTA_CLIENT_DPOPENABLED
OKTASCIM_OAUTH_AUDIENCE       the audience of the service app's assertion, if
                              it isn't the token endpoint
OKTASCIM_PRIVATE_KEY_PASSPHRASE, OKTASCIM_PRIVATE_KEY_PASSPHRASE_FROM
                              the passphrase of the private key, or a reference
                              to it
OKTASCIM_PROFILE              the profile to use
OKTASCIM_CONFIG_DIR           folder for profiles; tokens are in the OS keyring
OKTASCIM_KEYRING              off leaves the OS keyring alone
OKTASCIM_CONSOLE_USERNAME     the administrator for the console route:
OKTASCIM_CONSOLE_PASSWORD     login, password, and the base32 secret of the
OKTASCIM_CONSOLE_TOTP_SECRET  authenticator; each also by reference, as
                              ..._FROM=keyring:NAME, file:PATH, command:... or
                              env:NAME
OKTASCIM_CONSOLE_EVIDENCE     folder for screenshots of the console route
OKTASCIM_BROWSER              the browser, if Chrome, Edge or Chromium isn't
                              found
OKTASCIM_EMULATOR_ADMIN_PASSWORD, OKTASCIM_EMULATOR_ADMIN_TOTP_SECRET
                              administrator of `emulator start`; random if unset
NO_COLOR, FORCE_COLOR         colour off, colour on
CI                            set: no prompt, no spinner
GITHUB_ACTIONS                set: annotations; GITHUB_STEP_SUMMARY: a summary"""

TEMPLATES = """\
scim2-header  scim2-oauth  scim2-basic  SCIM 2.0 test apps in Okta's catalogue
scim1-header  scim1-oauth  scim1-basic  the same for SCIM 1.1
custom-saml   custom-swa                apps that the App Integration Wizard
                                        creates
`oktascim template show NAME` shows what each one sends, and how certain that
is."""

_TEXTS = {Topic.ENVIRONMENT: ENVIRONMENT, Topic.EXIT_CODES: EXIT_CODES, Topic.TEMPLATES: TEMPLATES}


def help_topics(context: typer.Context, topic: Annotated[Topic, typer.Argument(help="What to explain.")]) -> None:
    """Show the help of a command, or explain a topic.

    Examples: `oktascim help app assign`, `oktascim help exit-codes`
    """
    output = session_of(context).output
    for line in _fitted(_TEXTS[topic], output.layout):
        output.data(line)


def _fitted(text: str, layout: Layout) -> list[str]:
    """The lines of a topic; on a terminal too narrow for them, each entry is wrapped below its own text."""
    lines = text.split("\n")
    if layout.columns is None or max(map(len, lines)) <= layout.columns:
        return lines
    entries = re.sub(r"\n +", " ", text).split("\n")
    return [line for entry in entries for line in _entry(entry, layout)]


def _entry(entry: str, layout: Layout) -> list[str]:
    head, gap, rest = entry.partition("  ")
    if not gap:
        return layout.hanging("", entry, indent=2)
    return layout.hanging(f"{head}  ", rest.strip(), indent=None if len(head) <= _SHORT_HEAD else 2)
