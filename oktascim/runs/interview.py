"""The questions of `oktascim init`: one for each value missing from a draft."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from oktascim.catalog import find_template, load_templates
from oktascim.errors import UsageProblem
from oktascim.plan.export import variable_for
from oktascim.runs.draft import DEFAULT_TO_APP, Draft, SignOnChoice, listed_words
from oktascim.runs.flags import name_from_label, reference
from oktascim.runs.questions import Questions
from oktascim.spec.checks import base_url_problems
from oktascim.spec.provisioning import SECRET_MEMBERS
from oktascim.template import Template

_HEADERS = (
    ("scim2-oauth", "Authorization: Bearer TOKEN    (scim2-oauth: Okta adds the word Bearer)"),
    ("scim2-header", "Authorization: TOKEN           (scim2-header: sent exactly as entered)"),
    ("scim2-basic", "Authorization: Basic BASE64    (scim2-basic: a user name and a password)"),
)
"""The SCIM 2.0 templates, by the header that the server receives; other templates can be chosen by name."""
_SCHEMES = {
    "basic": "basic    Authorization: Basic BASE64, from a user name and a password",
    "header": "header   Authorization: Bearer TOKEN",
    "oauth2": "oauth2   OAuth 2 with an administrator's consent",
}
_MODES = {SignOnChoice.SWA: "swa   Okta fills in the app's login form", SignOnChoice.SAML: "saml  SAML 2.0"}


def complete(draft: Draft, ask: Questions) -> Draft:
    """Ask for every value missing from a draft.

    Raises:
        UsageProblem: a required answer wasn't given.
    """
    template = draft.template or ask.choose(
        "What does your SCIM server expect in the Authorization header?",
        "--template",
        _HEADERS,
        also=load_templates(),
    )
    kind = find_template(template)
    label = draft.label or ask.text("The app's label in Okta", "--label")
    draft = replace(
        draft,
        template=template,
        label=label,
        base_url=draft.base_url or _base_url(kind, ask),
        credentials=draft.credentials or _credentials(kind, draft.name or name_from_label(label), ask),
    )
    return _provisioned(_sign_on(draft, kind, ask), ask)


def _base_url(kind: Template, ask: Questions) -> str:
    def check(url: str) -> str | None:
        return next((f"It {fault}." for fault in base_url_problems(url, kind)), None)

    return ask.text("SCIM base URL (Okta adds /Users and /Groups)", "--base-url", check=check)


def _credentials(kind: Template, name: str, ask: Questions) -> dict[str, Any]:
    way, found = kind.authentications[0], dict[str, Any]()
    if len(kind.authentications) > 1:
        choices = [(one.scheme, _SCHEMES[one.scheme]) for one in kind.authentications]
        scheme = ask.choose("How does Okta authenticate to the SCIM server?", "a spec file", choices)
        way = kind.authentication(scheme)
        found["mode"] = scheme
    for field in way.fields:
        option, words = f"--{field.replace('_', '-')}", field.replace("_", " ")
        if field in SECRET_MEMBERS:
            suggested = f"env:{variable_for(name, field)}"
            question = f"Where the {words} is (env:, keyring:, file: or command:)"
            place = ask.text(question, option, default=suggested, check=partial(_no_reference, suggested))
            found[field] = reference(option, place)
        else:
            found[field] = ask.text(words.capitalize(), option)
    return found


def _no_reference(example: str, text: str) -> str | None:
    try:
        reference("", text)
    except UsageProblem:
        return f"Enter where the secret is stored, such as {example}, not the secret itself."
    return None


def _sign_on(draft: Draft, kind: Template, ask: Questions) -> Draft:
    if draft.mode is None and not (draft.acs_url or draft.audience or draft.login_url):
        choices = [(str(mode), words) for mode, words in _MODES.items() if mode in kind.sign_on]
        mode = ask.choose("How do people sign in to the app?", "--mode", choices, default=choices[0][0])
        draft = replace(draft, mode=SignOnChoice(mode))
    default, optional = (None, "") if kind.kind == "wizard" else ("", ", or Enter for none")
    if draft.mode is SignOnChoice.SAML:
        acs_url = draft.acs_url or ask.text(
            f"Where Okta posts the SAML assertion (ACS URL){optional}", "--acs-url", default=default
        )
        audience = draft.audience or ask.text(
            f"The app's entity ID (audience){optional}", "--audience", default=default
        )
        return replace(draft, acs_url=acs_url, audience=audience)
    login_url = draft.login_url or ask.text(f"The app's login page{optional}", "--login-url", default=default)
    return replace(draft, login_url=login_url)


def _provisioned(draft: Draft, ask: Questions) -> Draft:
    options = (*DEFAULT_TO_APP, "sync_password")

    def check(text: str) -> str | None:
        unknown = [word for word in listed_words(text) or () if word not in options]
        return f"Unknown: {', '.join(unknown)}. Choose from {', '.join(options)}." if unknown else None

    if draft.to_app is None:
        pushed = ask.text("What Okta pushes to the app", "--to-app", default=",".join(DEFAULT_TO_APP), check=check)
        draft = replace(draft, to_app=listed_words(pushed))
    if not draft.users:
        logins = ask.text("Users to assign: comma-separated logins, or Enter for none", "--user", default="")
        draft = replace(draft, users=listed_words(logins) or ())
    return draft
