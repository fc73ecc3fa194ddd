"""Every way in which a spec can be wrong: the message, the line and the column."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from oktascim.errors import ExitCode
from oktascim.spec.loader import load, parse, warnings
from oktascim.spec.problem import SpecError

FILE = Path("spec.yaml")
HEAD = "version: 1\nintegrations:\n"
LEAST = HEAD + "  - {name: crm, label: CRM, template: scim2-header, sign_on: {mode: swa}}\n"


def problems(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        parse(text, FILE)
    return [str(problem).removeprefix("spec.yaml:") for problem in caught.value.problems]


def with_provisioning(lines: str, template: str = "scim2-header", sign_on: str = "{mode: swa}") -> str:
    """A spec whose `provisioning` begins in line 7, column 7."""
    start = f"  - name: crm\n    label: CRM\n    template: {template}\n    sign_on: {sign_on}\n"
    return HEAD + start + "    provisioning:\n" + indent(lines, "      ")


def with_base_url(url: str, template: str = "scim2-header") -> str:
    fields = {
        "scim2-header": "token: {env: T}",
        "scim2-oauth": "token: {env: T}",
        "scim2-basic": "username: u, password: {env: T}",
        "custom-swa": "token: {env: T}",
    }
    sign_on = "{mode: swa, login_url: https://a.example/login}"
    return with_provisioning(f"base_url: {url}\ncredentials: {{{fields[template]}}}\n", template, sign_on)


def with_credentials(credentials: str, template: str = "scim2-header") -> str:
    lines = f"base_url: https://a.example/scim\ncredentials: {credentials}\n"
    return with_provisioning(lines, template, "{mode: swa, login_url: https://a.example/login}")


def test_the_least_spec_loads() -> None:
    (loaded,) = parse(LEAST, FILE)
    assert loaded.integration.name == "crm"
    assert loaded.integration.provisioning is None
    assert (loaded.file, loaded.base_dir) == (FILE, Path())


def test_every_integration_of_a_file_has_its_owner() -> None:
    (loaded,) = parse(LEAST.replace("integrations", "owner: team\nintegrations"), FILE)
    assert (loaded.integration.owner, loaded.integration.key) == ("team", "team/crm")
    assert parse(LEAST, FILE)[0].integration.key == "crm"


@pytest.mark.parametrize("owner", ["Team", "my_team", "team/sub", "-team", "''", "x" * 65])
def test_an_owner_is_written_like_a_name(owner: str) -> None:
    (problem,) = problems(LEAST.replace("integrations", f"owner: {owner}\nintegrations"))
    assert problem.startswith("2:8: owner: ")


def test_the_owner_belongs_to_the_file_not_to_an_integration() -> None:
    (problem,) = problems(LEAST.replace("name: crm", "owner: team, name: crm"))
    assert problem.startswith("3:6: integrations[0].owner: ")


def test_a_name_is_taken_only_within_its_owner(tmp_path: Path) -> None:
    for file, owner in (("a.yaml", "team"), ("b.yaml", "ops"), ("c.yaml", "team")):
        (tmp_path / file).write_text(LEAST.replace("integrations", f"owner: {owner}\nintegrations"))
    two = load([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert [one.integration.key for one in two] == ["team/crm", "ops/crm"]
    with pytest.raises(SpecError, match="'team/crm' is already used at"):
        load([tmp_path])


YAML_ROWS = [
    ("", "spec.yaml is empty"),
    ("# nothing\n", "spec.yaml is empty"),
    ("version: [1\n", "2:1: this isn't valid YAML: "),
    ("version: 1\n\tx: 2\n", "2:1: this isn't valid YAML: found a tab character"),
    ("version: 1\nversion: 1\n", "2:1: duplicate key; the first is in line 1, column 1"),
    (LEAST + "---\nversion: 1\n", "4:1: a spec file holds one document; move this one to its own file"),
    (
        "a: &x {b: 1}\nc: *x\n",
        "1:4: a: anchors and aliases aren't allowed in spec files; write the value out",
    ),
    ("a: !!python/object:os.system {}\n", "1:4: a: tags ('!...') aren't allowed in spec files"),
    ("? [a]\n: b\n", "1:3: a key must be plain text"),
    ("label: a\0b\n", "1:9: the control character U+0000 isn't allowed in YAML"),
    ("[" * 40 + "]" * 40, "1:32: is nested more than 30 levels deep"),
    ("[]\n", "1:1: must be a mapping (key: value), but is a list"),
    ("hello\n", "1:1: must be a mapping (key: value), but is text"),
]


@pytest.mark.parametrize(("text", "expected"), YAML_ROWS, ids=[row[1][:50] for row in YAML_ROWS])
def test_yaml_that_is_refused(text: str, expected: str) -> None:
    assert any(found.startswith(expected) for found in problems(text))


ONE = "  - name: crm\n    label: CRM\n    template: scim2-header\n    sign_on: {mode: swa}\n"
SHAPE_ROWS = [
    (
        "integrations: []\n",
        "1:1: version: is missing; for example: version: 1",
        "1:15: integrations: must have at least one entry",
    ),
    ("version: 2\nintegrations: []\n", "1:10: version: '2' isn't allowed; use 1", "2:15: integrations: must have"),
    ("version: 1\nintegrations: {}\n", "2:15: integrations: must be a list, but is a mapping"),
    ('version: "1"\nintegrations: []\n', "1:10: version: must be a number, but is text; write 1", "2:15"),
    ("version: true\nintegrations: []\n", "1:10: version: 'true' isn't allowed; use 1", "2:15"),
    ("version: 1.0\nintegrations: []\n", "1:10: version: '1.0' isn't allowed; use 1", "2:15"),
    ("version:\nintegrations: []\n", "1:9: version: is empty; use 1", "2:15"),
    ("version: 1\nintegrations:\n", "2:14: integrations: must be a list, but is empty"),
    (HEAD + "  - crm\n", "3:5: integrations[0]: must be a mapping (key: value), but is text"),
    (
        HEAD + ONE.replace("name: crm", "name: Acme CRM"),
        "3:11: integrations[0].name: 'Acme CRM' isn't allowed; use a-z, 0-9 and hyphens, at most 64 characters,",
    ),
    (HEAD + ONE.replace("name: crm", f"name: {'a' * 65}"), f"3:11: integrations[0].name: '{'a' * 60}' isn't allowed"),
    (
        HEAD + ONE.replace("label: CRM", "label: 2024"),
        "4:12: integrations[0].label: must be text, but is a number; put",
    ),
    (HEAD + ONE.replace("label: CRM", "label: ' '"), "4:12: integrations[0].label: must not be empty"),
    (
        HEAD + ONE.replace("label: CRM", r'label: "a\nb"'),
        "4:12: integrations[0].label: must be one line, without control",
    ),
    (
        HEAD + ONE.replace("label: CRM", f"label: {'é' * 101}"),
        "4:12: integrations[0].label: is 101 characters long; Okta accepts at most 100",
    ),
    (
        HEAD + ONE.replace("scim2-header", "scim2-headr"),
        "5:15: integrations[0].template: 'scim2-headr' isn't allowed; did you mean scim2-header? Use scim2-basic, ",
    ),
    (HEAD + ONE.replace("swa", "smal"), "6:21: integrations[0].sign_on.mode: 'smal' isn't allowed; use saml or swa"),
    (HEAD + ONE.replace("{mode: swa}", "{}"), "6:14: integrations[0].sign_on.mode: is missing; use saml or swa"),
    (
        HEAD + ONE.replace("{mode: swa}", "{mode: swa, acs_url: x}"),
        "6:26: integrations[0].sign_on.acs_url: there is no such key; allowed: mode, login_url",
    ),
    (
        HEAD + ONE + "    labl: x\n",
        "7:5: integrations[0].labl: there is no such key; did you mean label? Allowed: name, label, template, vis",
    ),
    (
        HEAD + ONE + "    visibility: {web: yes}\n",
        "7:23: integrations[0].visibility.web: must be true or false, but is text",
    ),
    (
        HEAD + ONE + "    assignments: {users: [ada@a.example, '']}\n",
        "7:42: integrations[0].assignments.users[1]: must not be empty",
    ),
    (
        HEAD + ONE + "    assignments: {users: [Ada@a.example, ada@a.example]}\n",
        "7:42: integrations[0].assignments.users[1]: duplicate of entry 1 of the list",
    ),
    (
        HEAD + ONE + "    assignments:\n      push_groups:\n        - Eng\n        - Ops\n        - Eng\n",
        "11:11: integrations[0].assignments.push_groups[2]: duplicate of entry 1 of the list",
    ),
    (HEAD + ONE + ONE, "7:11: integrations[1].name: 'crm' is already used at spec.yaml:3:11; names must be unique"),
    (
        HEAD + ONE.replace("scim2-header", "custom-saml"),
        "6:21: integrations[0].sign_on.mode: 'swa' isn't available in the template custom-saml; use saml",
    ),
    (
        HEAD + ONE.replace("scim2-header", "custom-swa"),
        "6:14: integrations[0].sign_on.login_url: is missing; a wizard-made app (custom-swa) needs it",
    ),
    (
        HEAD + ONE.replace("{mode: swa}", "{mode: saml, acs_url: a.example/acs}"),
        "6:36: integrations[0].sign_on.acs_url: must be a URL that starts with https://",
    ),
]


@pytest.mark.parametrize("row", SHAPE_ROWS, ids=[row[1][:60] for row in SHAPE_ROWS])
def test_a_spec_of_the_wrong_shape(row: tuple[str, ...]) -> None:
    text, *expected = row
    found = problems(text)
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(start)


PLAIN_HTTP = "must start with https://; Okta doesn't call plain http (only the emulator does, on loopback)"
BEYOND_PATH = "must end with its path; Okta adds /Users and parameters itself, so omit '?' and '#'"
BASE_URL_ROWS = [
    ("http://a.example/scim", PLAIN_HTTP),
    ("ftp://a.example/scim", "must be a URL that starts with https://"),
    ("a.example/scim", "must be a URL that starts with https://"),
    ("https:///scim", "must be a URL that starts with https://"),
    ("https://a_b.example/scim", "must not have an underscore in its host name; Okta rejects it"),
    ("https://a.example/scim/", "must not end in '/'; Okta adds /Users itself"),
    ("https://a.example/scim/v2/Users", "must not end in /Users; Okta adds that itself"),
    ("https://a.example/scim/v2/Groups/", "must not end in /Groups; Okta adds that itself"),
    ("https://a.example/scim?x=1", BEYOND_PATH),
    ("https://a.example/scim#", BEYOND_PATH),
    ("https://u:hunter2@a.example/scim", "must not contain a user name or password; set them under credentials"),
    ("https://a.example/sc im", "must not contain spaces or line breaks"),
    ("'https://a.example/scim '", "must not contain spaces or line breaks"),
    ("https://a.example:port/scim", "isn't a URL"),
    ("'https://[::1'", "isn't a URL"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "message"), BASE_URL_ROWS, ids=[row[0] for row in BASE_URL_ROWS])
def test_base_urls_that_okta_cannot_use(url: str, message: str) -> None:
    assert problems(with_base_url(url)) == [f"8:17: integrations[0].provisioning.base_url: {message}"]


@pytest.mark.parametrize(
    ("url", "template"),
    [
        ("https://a.example", "scim2-header"),
        ("https://a.example:8443/scim/v2", "scim2-oauth"),
        ("http://127.0.0.1:8080/v2", "scim2-basic"),
        ("http://localhost/v2", "scim2-header"),
        ("'http://[::1]:1/v2'", "scim2-header"),
        ("https://a.example/scim/v2/", "custom-swa"),
    ],
)
def test_base_urls_that_are_fine(url: str, template: str) -> None:
    (loaded,) = parse(with_base_url(url, template), FILE)
    assert loaded.integration.provisioning is not None
    assert loaded.integration.provisioning.base_url == url.strip("'")


CREDENTIAL_ROWS = [
    ("scim2-header", "{}", "9:20", "token", "is missing; scim2-header needs token"),
    ("scim2-basic", "{username: u}", "9:20", "password", "is missing; scim2-basic needs username and password"),
    (
        "scim2-header",
        "{token: {env: T}, username: u}",
        "9:48",
        "username",
        "isn't a credential of scim2-header, which needs token",
    ),
    ("scim2-header", "{token: {env: '1T'}}", "9:34", "token.env", "isn't the name of an environment variable"),
    ("scim2-header", "{token: {file: ' '}}", "9:35", "token.file", "must be one line of text"),
    ("scim2-header", '{token: {command: "a\\0"}}', "9:38", "token.command", "must be one line of text"),
    ("scim2-header", "{token: {env: T, file: t}}", "9:28", "token", "name exactly one of env, keyring, file, command"),
    ("scim2-header", "{token: {}}", "9:28", "token", "name exactly one of env, keyring, file, command"),
    ("scim2-header", "{token: {environ: T}}", "9:29", "token", "there is no such key; did you mean env?"),
    ("scim2-header", "{token: {env: T}, mode: header}", "9:44", "mode", "only custom-saml and custom-swa have this"),
    ("custom-swa", "{mode: oauth, token: {env: T}}", "9:27", "mode", "'oauth' isn't allowed; "),
    ("custom-swa", "{username: u}", "9:20", "password", "is missing; custom-swa needs username and password"),
    ("custom-swa", "{mode: basic, token: {env: T}}", "9:20", "username", "is missing; custom-swa needs username and"),
    ("custom-swa", "{client_id: c}", "9:20", "client_secret", "is missing; custom-swa needs client_id, client_secret,"),
]


@pytest.mark.parametrize(("template", "credentials", "place", "key", "message"), CREDENTIAL_ROWS)
def test_credentials_that_do_not_fit(template: str, credentials: str, place: str, key: str, message: str) -> None:
    found = problems(with_credentials(credentials, template))
    assert found[0].startswith(f"{place}: integrations[0].provisioning.credentials.{key}: {message}")


def test_oauth_endpoints_must_be_https() -> None:
    credentials = (
        "{client_id: c, client_secret: {env: S}, token_endpoint: 'http://a.example/t', "
        "authorization_endpoint: https://a.example/a}"
    )
    (found,) = problems(with_credentials(credentials, "custom-swa"))
    assert found.startswith("9:76: integrations[0].provisioning.credentials.token_endpoint: must start with https://")


@pytest.mark.parametrize("key", ["password", "token", "client_secret"])
@pytest.mark.parametrize("literal", ["hunter2-sentinel", "[hunter2-sentinel]", "12345678901"])
def test_a_literal_secret_is_refused_with_three_ways_and_never_shown(key: str, literal: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(with_credentials(f"{{{key}: {literal}}}"), FILE)
    problem = next(one for one in caught.value.problems if one.path.endswith(f".credentials.{key}"))
    assert str(problem).startswith(f"spec.yaml:9:{23 + len(key)}: integrations[0].provisioning.credentials.{key}: ")
    for way in ("{env: NAME}", "{keyring: NAME}", "{file: PATH}", "{command: 'COMMAND LINE'}"):
        assert way in problem.message
    assert problem.allowed == ("env", "keyring", "file", "command")
    assert literal.strip("[]") not in str(caught.value)


@pytest.mark.parametrize(
    "credentials",
    [
        "{token: {hunter2}}",
        "{token: {hunter2, hunter2}}",
        "{token hunter2}",
        "{token: {env: 'hunter2-!'}}",
        "{hunter2: x}",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_shown(credentials: str) -> None:
    assert "hunter2" not in "".join(problems(with_credentials(credentials)))


def test_a_password_in_the_base_url_is_not_shown() -> None:
    assert "hunter2" not in "".join(problems(with_base_url("https://u:hunter2@a.example/scim/?x")))


def test_what_only_wizard_apps_have() -> None:
    lines = "base_url: https://a.example\ncredentials: {token: {env: T}}\n"
    lines += "unique_identifier: userName\nsupported_actions: []\n"
    why = "only custom-saml and custom-swa have this; in the other templates, Okta sets it"
    assert problems(with_provisioning(lines)) == [
        f"10:26: integrations[0].provisioning.unique_identifier: {why}",
        f"11:26: integrations[0].provisioning.supported_actions: {why}",
    ]


def with_actions(to_app: str, actions: str | None, more: str = "") -> str:
    lines = with_base_url("https://a.example/scim", "custom-swa") + f"      to_app: [{to_app}]\n"
    return lines + ("" if actions is None else f"      supported_actions: [{actions}]\n") + more


def test_an_option_that_no_supported_action_offers_is_refused() -> None:
    why = "Okta offers 'create' only if supported_actions includes push_new_users"
    assert problems(with_actions("create, deactivate", "push_profile_updates")) == [
        f"10:16: integrations[0].provisioning.to_app[0]: {why}"
    ]
    (found,) = problems(with_actions("create, update", "push_new_users, push_groups"))
    assert found.endswith("'update' only if supported_actions includes push_profile_updates")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (with_actions("create", None), "provisioning.supported_actions: is missing; the actions ticked"),
        (with_actions("deactivate", "push_new_users"), "provisioning.to_app[0]: the supported action for"),
        (
            with_actions("create", "push_new_users", "    assignments: {push_groups: [Engineering]}\n"),
            "provisioning.supported_actions: groups are pushed to this app, but push_groups isn't listed",
        ),
    ],
)
def test_supported_actions_that_may_not_do_are_a_warning(text: str, expected: str) -> None:
    (found,) = warnings(parse(text, FILE))
    assert f"integrations[0].{expected}" in str(found)


def test_supported_actions_that_fit_are_not_worth_a_word() -> None:
    groups = "    assignments: {push_groups: [Engineering]}\n"
    fitting = "push_new_users, push_profile_updates, push_groups"
    text = with_actions("create, update, deactivate, sync_password", fitting, groups)
    assert warnings(parse(text, FILE)) == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("to_app: [crate]", "10:16: integrations[0].provisioning.to_app[0]: 'crate' isn't allowed; did you mean"),
        ("to_app: [create, create]", "10:24: integrations[0].provisioning.to_app[1]: duplicate of entry 1 of the list"),
        ("to_app: create", "10:15: integrations[0].provisioning.to_app: must be a list, but is text"),
        (
            "to_okta: {username_format: CUSTOM}",
            "10:16: integrations[0].provisioning.to_okta.username_expression: is missing; username_format CUSTOM",
        ),
        (
            "to_okta: {username_expression: user.login}",
            "10:38: integrations[0].provisioning.to_okta.username_expression: has an effect only with",
        ),
        (
            "mappings: {text: {expresion: x}}",
            "10:24: integrations[0].provisioning.mappings.text.expression: is missing",
        ),
        (
            "attributes: {custom: {a: {title: A, type: text}}}",
            "10:49: integrations[0].provisioning.attributes.custom.a.type: 'text' isn't allowed; use string",
        ),
        (
            "attributes: {custom: {a: {title: A, type: string, enum: [true]}}}",
            "10:64: integrations[0].provisioning.attributes.custom.a.enum[0]: must be text, but is true or false",
        ),
        (
            "attributes: {custom: {a-b: {title: A, type: string}}}",
            "10:34: integrations[0].provisioning.attributes.custom.a-b: isn't a variable name",
        ),
        (
            "attributes: {custom: {a: {title: A, type: string}, A: {title: A, type: string}}}",
            "10:61: integrations[0].provisioning.attributes.custom.A: differs from 'a' only in upper and lower case",
        ),
        (
            "attributes: {custom: {a: {title: A, type: array}}}",
            "10:32: integrations[0].provisioning.attributes.custom.a.items: is missing",
        ),
        (
            "attributes: {custom: {a: {title: A, type: integer, max_length: 3}}}",
            "10:70: integrations[0].provisioning.attributes.custom.a.max_length: has no meaning for integer",
        ),
        (
            "attributes: {custom: {a: {title: A, type: string, min_length: -1}}}",
            "10:69: integrations[0].provisioning.attributes.custom.a.min_length: must be at least 0, but is -1",
        ),
    ],
)  # fmt: skip
def test_the_rest_of_provisioning(line: str, expected: str) -> None:
    lines = f"base_url: https://a.example\ncredentials: {{token: {{env: T}}}}\n{line}\n"
    assert problems(with_provisioning(lines))[0].startswith(expected)


def test_words_and_numbers_mean_what_they_look_like() -> None:
    text = LEAST.replace("label: CRM", "label: no").replace("swa}", "swa, login_url: 'http://x'}")
    assert parse(text, FILE)[0].integration.label == "no"
    for plain in ("on", "012", "1:20", "1.10", "0x1F", "2024-01-01", "1_000"):
        assert parse(LEAST.replace("label: CRM", f"label: {plain}"), FILE)[0].integration.label == plain


def test_a_file_that_was_probably_meant_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(LEAST)
    for name, said in (("acme.yml", "doesn't exist, but acme.yaml does"), ("other.yaml", "doesn't exist")):
        with pytest.raises(SpecError) as caught:
            load([tmp_path / name])
        assert caught.value.what == f"{tmp_path / name} {said}."


@pytest.mark.parametrize(
    ("url", "environ", "fix"),
    [
        ("{env: SCIM_URL}", {}, "Set it: export SCIM_URL=…"),
        ("{env: SCIM_URL}", {"SCIM_URL": "http://acme.example"}, "Correct this line."),
    ],
)
def test_a_variable_that_is_not_set_is_no_mistake_of_the_file(
    tmp_path: Path, url: str, environ: dict[str, str], fix: str
) -> None:
    (tmp_path / "a.yaml").write_text(with_provisioning(f"base_url: {url}\ncredentials: {{token: {{env: T}}}}\n"))
    with pytest.raises(SpecError) as caught:
        load([tmp_path / "a.yaml"], environ)
    assert caught.value.fix is not None
    assert caught.value.fix.startswith(fix)


def test_every_problem_of_every_file_in_one_go(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LEAST)
    (tmp_path / "b.yml").write_text(LEAST.replace("name: crm", "name: hr").replace("swa", "sw"))
    (tmp_path / "c.yaml").write_text("version: [\n")
    (tmp_path / "d.yaml").write_text(LEAST)
    (tmp_path / "note.txt").write_text("not a spec")
    with pytest.raises(SpecError) as caught:
        load([tmp_path, tmp_path / "a.yaml", tmp_path / "none.yaml"])
    lines = [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]
    assert lines == [
        "b.yml:3:68: integrations[0].sign_on.mode: 'sw' isn't allowed; use saml or swa",
        lines[1],
        f"d.yaml:3:12: integrations[0].name: 'crm' is already used at {tmp_path}/a.yaml:3:12; names must be unique",
        "none.yaml doesn't exist",
    ]
    assert lines[1].startswith("c.yaml:2:1: this isn't valid YAML: ")
    assert caught.value.what == "The spec has 4 problems."
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.why is not None
    assert len(caught.value.why.splitlines()) == 4


MIXED = """\
version: 1
integrations:
  - {name: crm, lable: CRM, template: scim2-header, sign_on: {mode: swa, login_url: 'https://[x'}}
  - name: crm
    name: hr
    label: 7
    template: scim2-header
    sign_on: &x {mode: smal}
    provisioning:
      base_url: http://acme.example/scim
      credentials: {token: s3cret}
      to_app: [create, create]
      to_okta: {full_import: {timezone: UTC}, username_format: CUSTOM}
    assignments: {users: [Ada, ada]}
  - 7
  - {name: crm, label: X, template: nope, sign_on: {mode: swa}}
  - {name: crm, label: X, template: scim2-header, sign_on: {mode: swa}}
"""


def test_no_problem_hides_another() -> None:
    assert [line.partition(";")[0] for line in problems(MIXED)] == [
        "3:5: integrations[0].label: is missing",
        "3:17: integrations[0].lable: there is no such key",
        "3:85: integrations[0].sign_on.login_url: isn't a URL",
        "5:5: integrations[1]: duplicate key",
        "5:11: integrations[1].name: 'crm' is already used at spec.yaml:3:12",
        "6:12: integrations[1].label: must be text, but is a number",
        "8:14: integrations[1].sign_on: anchors and aliases aren't allowed in spec files",
        "8:24: integrations[1].sign_on.mode: 'smal' isn't allowed",
        "10:17: integrations[1].provisioning.base_url: must start with https://",
        "11:28: integrations[1].provisioning.credentials.token: secrets aren't allowed in a spec",
        "12:24: integrations[1].provisioning.to_app[1]: duplicate of entry 1 of the list",
        "13:16: integrations[1].provisioning.to_okta.username_expression: is missing",
        "13:30: integrations[1].provisioning.to_okta.full_import.expression: is missing",
        "14:32: integrations[1].assignments.users[1]: duplicate of entry 1 of the list",
        "15:5: integrations[2]: must be a mapping (key: value), but is a number",
        "16:37: integrations[3].template: 'nope' isn't allowed",
        "17:12: integrations[4].name: 'crm' is already used at spec.yaml:3:12",
    ]


WHOLE = f"""version: 1
integrations:
{ONE}    provisioning:
      base_url: https://acme.example/scim/v2
      credentials: {{token: {{env: ACME_SCIM_TOKEN}}}}
      attributes:
        custom:
          a:
            title: A
            type: string
"""


@pytest.mark.parametrize("key", ["version", "template", "sign_on", "base_url", "credentials", "type"])
def test_a_missing_key_comes_with_an_example_that_is_allowed(key: str) -> None:
    (line,) = re.findall(rf"^ *({key}:.*)\n", WHOLE, re.MULTILINE)
    (found,) = problems(WHOLE.replace(line, ""))
    example = found.partition("for example: ")[2]
    assert example.startswith(f"{key}: ")
    assert parse(WHOLE.replace(line, example), FILE)


RULES = """\
version: 1
integrations:
  - name: crm
    label: CRM
    template: scim2-header
    sign_on: {mode: swa}
    assignments: {group_rules: [{name: All, expression: user.email != null, groups: [A, B]}]}
  - name: hr
    label: HR
    template: scim2-header
    sign_on: {mode: swa}
    assignments: {group_rules: [{name: All, expression: user.email != null, groups: [B, A]}]}
"""


def test_two_integrations_can_name_a_group_rule_if_they_agree() -> None:
    assert len(parse(RULES, FILE)) == 2
    for change in (("groups: [B, A]", "groups: [B]"), ("null, groups: [B", '"", groups: [B')):
        (found,) = problems(RULES.replace(*change))
        assert found.startswith("12:40: integrations[1].assignments.group_rules[0].name: 'All' is defined differently")
        assert found.endswith("at spec.yaml:7:40; an org has one rule of a name")


def test_a_file_named_twice_is_loaded_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert len(load([file, tmp_path])) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"version: 1\nlabel: caf\xe9\n", ":2:11: isn't UTF-8 text; save the file as UTF-8"),
        ("version: 1".encode("utf-16"), ":1:1: isn't UTF-8 text; save the file as UTF-8"),
        (b"#" * (5 * 1024 * 1024 + 1), " is larger than 5 MB"),
    ],
    ids=["latin-1", "utf-16", "large"],
)
def test_files_that_are_no_text(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        load([file])
    assert [str(problem) for problem in caught.value.problems] == [f"{file}{message}"]


def test_a_folder_without_specs(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r" contains no \*\.yaml or \*\.yml file"):
        load([tmp_path])


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(SpecError, match=r" can't be read: Permission denied"):
        load([tmp_path])


def test_what_is_odd_but_allowed_is_a_warning() -> None:
    first = with_base_url("https://a.example/scim_v2")
    first += "      import_groups: false\n    assignments: {push_groups: [Engineering]}\n"
    second = ONE.replace("name: crm", "name: hr")
    found = [str(warning) for warning in warnings(parse(first + second, FILE))]
    assert [text.removeprefix("spec.yaml:")[:45] for text in found] == [
        "8:17: integrations[0].provisioning.base_url: ",
        "10:22: integrations[0].provisioning.import_gr",
        "13:12: integrations[1].label: the integration",
    ]
    assert "the integration 'crm' has the same label" in found[2]


def test_a_mapping_to_an_attribute_that_nobody_has_is_doubtful() -> None:
    lines = (
        "base_url: https://a.example\ncredentials: {token: {env: T}}\n"
        "attributes: {custom: {badge: {title: Badge, type: string}, Title: {title: T, type: string}}}\n"
        "mappings: {badge: {expression: user.a}, nickname: {expression: user.b}, email: {expression: user.c}}\n"
    )
    found = [str(problem) for problem in warnings(parse(with_provisioning(lines), FILE))]
    assert len(found) == 2
    assert "attributes.custom.Title: apps of this template already have 'title'" in found[0]
    assert "mappings.nickname: neither the template nor this spec has" in found[1]
    assert "did you mean nickName?" in found[1]


def test_a_group_rule_needs_a_group_and_a_name_of_its_own() -> None:
    rule = "{name: r, expression: user.a, groups: []}"
    found = problems(LEAST.replace("swa}}", f"swa}}, assignments: {{group_rules: [{rule}, {rule}]}}}}"))
    assert "group_rules[0].groups: must have at least one group" in found[0]
    assert any("group_rules[1]: duplicate of entry 1" in one for one in found)


def test_push_rules_say_where_they_belong() -> None:
    line = "  - {name: crm, label: CRM, template: scim2-header, sign_on: {mode: swa}, assignments: {push_rules: [x]}}\n"
    assert "Okta's API has no rules for group push" in problems(HEAD + line)[0]


def test_a_missing_file_is_reported_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load([tmp_path / "none.yaml"])
    assert (caught.value.what, caught.value.why) == (f"{tmp_path}/none.yaml doesn't exist.", None)
    assert caught.value.fix == "Check the path; `oktascim init` writes a first spec."
