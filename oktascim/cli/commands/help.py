"""`oktascim help TOPIC`: what holds for all commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from oktascim.cli.options import session_of


class Topic(StrEnum):
    """The topics."""

    ENVIRONMENT = "environment"
    EXIT_CODES = "exit-codes"
    TEMPLATES = "templates"


EXIT_CODES = """\
0    done
1    failed; the message says which step of which integration, and why
2    wrong usage, or a spec that is not valid
3    `plan --exit-code` found changes
4    Okta refused the identity: wrong or expired token, missing role or scope
5    the SCIM server or its credentials failed the test, or Okta could not provision somebody
6    a person must act in the Admin Console (handoff pending)
130  interrupted; what was done has been reported"""

ENVIRONMENT = """\
OKTA_CLIENT_ORGURL            the org, https://your-org.okta.com
OKTA_CLIENT_TOKEN             an API token (SSWS)
OKTA_CLIENT_AUTHORIZATIONMODE SSWS; other modes are refused
OKTASCIM_PROFILE              the profile to use
OKTASCIM_CONFIG_DIR           where profiles are kept; tokens are in the OS keyring
OKTASCIM_CONSOLE_USERNAME     who signs in to the Admin Console for the console route:
OKTASCIM_CONSOLE_PASSWORD     login, password, and the base32 secret of the authenticator;
OKTASCIM_CONSOLE_TOTP_SECRET  each also by reference, as ..._FROM=keyring:NAME, file:PATH, command:... or env:NAME
OKTASCIM_CONSOLE_EVIDENCE     folder of the pictures that the console route takes where it stops
OKTASCIM_BROWSER              the browser, where Chrome, Edge or Chromium is in no usual place
OKTASCIM_EMULATOR_ADMIN_PASSWORD, OKTASCIM_EMULATOR_ADMIN_TOTP_SECRET
                              the administrator of the org of `emulator start`; random where they are not set
NO_COLOR, FORCE_COLOR         colour off, colour on
CI                            set: no prompt, no spinner
GITHUB_ACTIONS                set: annotations; GITHUB_STEP_SUMMARY gets a summary"""

TEMPLATES = """\
scim2-header  scim2-oauth  scim2-basic   the SCIM 2.0 test apps of Okta's catalogue
scim1-header  scim1-oauth  scim1-basic   the same for SCIM 1.1
custom-saml   custom-swa                 apps as the App Integration Wizard makes them
`oktascim template show NAME` says what each one sends and how well that is known."""

_TEXTS = {Topic.ENVIRONMENT: ENVIRONMENT, Topic.EXIT_CODES: EXIT_CODES, Topic.TEMPLATES: TEMPLATES}


def help_topics(context: typer.Context, topic: Annotated[Topic, typer.Argument(help="What to explain.")]) -> None:
    """Show the help of a command, or explain a topic.

    Examples: `oktascim help app assign`, `oktascim help exit-codes`
    """
    session_of(context).output.data(_TEXTS[topic])
