"""Secrets by reference: every source, every way in which one can fail, and no trace of a value."""

import os
import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from shlex import join

import pytest

from oktascim.catalog import load_templates
from oktascim.errors import UsageProblem
from oktascim.redact import HIDDEN, Masker
from oktascim.secret_text import SecretStr
from oktascim.spec.models import Integration, SwaSignOn
from oktascim.spec.provisioning import Credentials, Provisioning, SecretRef
from oktascim.spec.secrets import SecretSources, resolve, resolve_credentials

SENTINEL = "sentinel-s3cr3t"


def sources(base_dir: Path = Path(), *, keyring: dict[str, str] | None = None, **environ: str) -> SecretSources:
    entries = {name: SecretStr(value) for name, value in (keyring or {}).items()}
    return SecretSources(environ, base_dir, entries.get if keyring is not None else None, Masker())


def command(code: str) -> SecretRef:
    return SecretRef(command=join([sys.executable, "-c", code]))


def refusal(reference: SecretRef, where: SecretSources) -> str:
    with pytest.raises(UsageProblem) as caught:
        resolve(reference, "The token of 'crm'", where)
    text = str(caught.value)
    assert text.startswith("The token of 'crm' couldn't be read.\n")
    assert SENTINEL not in text
    assert SENTINEL not in repr(caught.value)
    assert caught.value.__cause__ is None
    return text


def integration(template: str, **credentials: SecretRef | str) -> Integration:
    return Integration(
        name="crm",
        label="CRM",
        template=template,
        sign_on=SwaSignOn(mode="swa"),
        provisioning=Provisioning(base_url="https://a.example", credentials=Credentials.model_validate(credentials)),
    )


def test_every_source_gives_the_value_and_tells_the_masker(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SENTINEL + "\n")
    (tmp_path / "token").chmod(0o600)
    references = [
        SecretRef(env="T"),
        SecretRef(keyring="crm-token"),
        SecretRef(file="token"),
        SecretRef(file=str(tmp_path / "token")),
        command(f"print('{SENTINEL}')"),
        command("print(open('token').read(), end='')"),
    ]
    for reference in references:
        where = sources(tmp_path, keyring={"crm-token": SENTINEL}, T=SENTINEL)
        secret = resolve(reference, "The token of 'crm'", where)
        assert secret.get_secret_value() == SENTINEL
        assert SENTINEL not in repr(secret)
        assert where.masker.mask(f"a {SENTINEL} b") == f"a {HIDDEN} b"


def test_exactly_one_newline_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "windows").write_bytes(b" a b \r\n")
    (tmp_path / "windows").chmod(0o600)
    assert resolve(SecretRef(file="windows"), "x", sources(tmp_path)).get_secret_value() == " a b "
    (tmp_path / "two").write_text(SENTINEL + "\n\n")
    (tmp_path / "two").chmod(0o600)
    assert "a line break or another invisible character" in refusal(SecretRef(file="two"), sources(tmp_path))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (SecretRef(env="NONE"), "The environment variable NONE isn't set.\nSet it: export NONE=…"),
        (SecretRef(env="EMPTY"), "The environment variable EMPTY is empty."),
        (SecretRef(env="BLANK"), "The environment variable BLANK is empty."),
        (SecretRef(env="BELL"), "The environment variable BELL contains a line break or another invisible character."),
        (SecretRef(keyring="none"), "The OS keyring has no entry 'none'."),
        (SecretRef(file="none"), "none can't be read: No such file or directory."),
        (SecretRef(file="binary"), "binary isn't UTF-8 text."),
        (SecretRef(file="large"), "large is larger than 64 KB."),
        (SecretRef(file="folder"), "folder is a folder, not a regular file."),
        (SecretRef(file="pipe"), "pipe is a pipe, not a regular file."),
        (SecretRef(file="/dev/zero"), "The file /dev/zero is a device, not a regular file."),
        (command("import os\nwhile True: os.write(1, b'y' * 4096)"), "printed something that is larger than 64 KB."),
        (SecretRef(command="no-such-program-anywhere x"), "Its command 'no-such-program-anywhere' can't be run: No"),
        (SecretRef(file="a\0b"), "ab can't be read: its name contains a NUL character."),
        (SecretRef(file="~nobody-of-that-name/x"), "can't be read: Could not determine home directory."),
        (SecretRef(command=" "), "Its command is empty or contains a control character."),
        (SecretRef(command="echo \0"), "Its command is empty or contains a control character."),
        (SecretRef(command="echo 'x"), "Its command has an unclosed quotation mark."),
        (command(f"import sys; print('{SENTINEL}', file=sys.stderr); sys.exit(3)"), "exited with code 3."),
        (command("print()"), "The output of its command is empty."),
        (command("import os; os.write(1, bytes([255]))"), "didn't print UTF-8 text."),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_had(reference: SecretRef, expected: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, content in (("binary", b"\xff"), ("large", b"x" * 65537)):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
    where = sources(tmp_path, keyring={}, EMPTY="", BLANK=" \t", BELL=f"{SENTINEL}\a")
    assert expected in refusal(reference, where).replace(SENTINEL, "")


def test_no_keyring_offers_the_other_ways() -> None:
    text = refusal(SecretRef(keyring="x"), sources())
    assert text.endswith("Use {env: NAME}, {file: PATH} or {command: …} instead.")


def test_a_command_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oktascim.spec.secret_command.COMMAND_SECONDS", 0.2)
    assert "didn't finish within" in refusal(command("import time; time.sleep(60)"), sources())


def test_what_a_command_started_is_ended_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("oktascim.spec.secret_command.COMMAND_SECONDS", 2)
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    watch = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    script = "(exec 3>alive; printf x >&3; sleep 60) & wait"  # a shell, because it is there at once on a busy machine
    assert "didn't finish within 2 seconds" in refusal(SecretRef(command=join(["sh", "-c", script])), sources(tmp_path))
    os.set_blocking(watch, True)  # reads to the end of the pipe, which comes when nobody holds it open any longer
    with os.fdopen(watch, "rb") as pipe:
        assert pipe.read() == b"x"


def test_a_file_that_others_can_read_is_refused_with_the_command_to_type(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SENTINEL)
    (tmp_path / "token").chmod(0o644)
    text = refusal(SecretRef(file="token"), sources(tmp_path))
    assert text.endswith(
        f"token holds a secret, and other users can read or change it.\nchmod 600 {tmp_path / 'token'}"
    )


def test_a_command_sees_its_own_variables_and_no_other_secret(tmp_path: Path) -> None:
    where = replace(
        sources(tmp_path, VAULT_TOKEN="own", OKTA_CLIENT_TOKEN=SENTINEL, OTHER=SENTINEL), withheld=frozenset({"OTHER"})
    )
    dump = "import os; print(' '.join(sorted(os.environ.keys() - {'LC_CTYPE'})))"
    assert resolve(command(dump), "x", where).get_secret_value() == "VAULT_TOKEN"


@pytest.mark.parametrize(
    "reference",
    [
        SecretRef(env="OKTA_CLIENT_TOKEN"),
        SecretRef(env="OKTASCIM_CONSOLE_PASSWORD"),
        SecretRef(keyring="https://acme.okta.com"),
        SecretRef(keyring="console session https://acme.okta.com"),
    ],
    ids=str,
)
def test_a_spec_cannot_send_a_secret_that_is_oktascims_own(reference: SecretRef) -> None:
    entries = {"https://acme.okta.com": SENTINEL, "console session https://acme.okta.com": SENTINEL}
    where = sources(keyring=entries, OKTA_CLIENT_TOKEN=SENTINEL, OKTASCIM_CONSOLE_PASSWORD=SENTINEL)
    assert "Use a reference to the SCIM server's secret." in refusal(reference, where)


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    reference = SecretRef(command="echo $HOME; touch made")
    assert resolve(reference, "x", sources(tmp_path, PATH="/usr/bin:/bin")).get_secret_value() == "$HOME; touch made"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("template", "credentials", "header"),
    [
        ("scim2-header", {"token": SecretRef(env="T")}, SENTINEL),
        ("scim2-oauth", {"token": SecretRef(env="T")}, f"Bearer {SENTINEL}"),
        ("scim1-oauth", {"token": SecretRef(env="T")}, f"Bearer {SENTINEL}"),
        (
            "scim2-basic",
            {"username": "okta", "password": SecretRef(env="T")},
            f"Basic {b64encode(f'okta:{SENTINEL}'.encode()).decode()}",
        ),
        ("custom-swa", {"token": SecretRef(env="T")}, f"Bearer {SENTINEL}"),
        (
            "custom-swa",
            {"mode": "basic", "username": SecretRef(env="U"), "password": SecretRef(env="T")},
            f"Basic {b64encode(f'okta:{SENTINEL}'.encode()).decode()}",
        ),
    ],
)
def test_the_authorization_header_of_an_integration(
    template: str, credentials: dict[str, SecretRef | str], header: str
) -> None:
    where = sources(T=SENTINEL, U="okta")
    resolved = resolve_credentials(integration(template, **credentials), load_templates()[template], where)
    assert resolved.authorization().get_secret_value() == header
    assert SENTINEL not in repr(resolved)
    assert header.rpartition(" ")[2] not in where.masker.mask(f"the server saw '{header}'")


def test_a_user_name_stays_as_it_is_and_is_hidden_within_the_header() -> None:
    where = sources(U="okta", T=SENTINEL)
    resolved = resolve_credentials(
        integration("scim2-basic", username=SecretRef(env="U"), password=SecretRef(env="T")),
        load_templates()["scim2-basic"],
        where,
    )
    assert where.masker.mask("oktascim connection test") == "oktascim connection test"
    header = resolved.authorization().get_secret_value()
    assert where.masker.mask(f"<{b64encode(header.encode()).decode()}>") == f"<{HIDDEN}>"


def test_a_user_name_that_is_an_api_key_is_hidden() -> None:
    where = sources(U="key-0123456789-abcdefghij", T=SENTINEL)
    resolve_credentials(
        integration("scim2-basic", username=SecretRef(env="U"), password=SecretRef(env="T")),
        load_templates()["scim2-basic"],
        where,
    )
    assert where.masker.guard("for key-0123456789-abcdefghij") == f"for {HIDDEN}"


def test_a_failure_names_the_integration_and_the_field() -> None:
    with pytest.raises(UsageProblem, match=r"^The password of 'crm' couldn't be read.\nThe environment variable P is"):
        resolve_credentials(
            integration("scim2-basic", username="u", password=SecretRef(env="P")),
            load_templates()["scim2-basic"],
            sources(),
        )


def test_a_colon_in_a_basic_user_name_is_refused() -> None:
    one = integration("scim2-basic", username="a:b", password=SecretRef(env="T"))
    with pytest.raises(
        UsageProblem, match=r"The username of 'crm' .*\n.*':', which Basic authentication doesn't allow"
    ):
        resolve_credentials(one, load_templates()["scim2-basic"], sources(T=SENTINEL))


@pytest.mark.parametrize("template", ["scim2-header", "scim2-oauth", "custom-swa"])
def test_a_token_that_no_header_can_carry(template: str) -> None:
    one = integration(template, token=SecretRef(env="T"))
    with pytest.raises(UsageProblem, match=r"The token of 'crm' .*\n.* non-ASCII") as caught:
        resolve_credentials(one, load_templates()[template], sources(T=SENTINEL + "é"))
    assert SENTINEL not in str(caught.value)


def test_oauth_2_has_no_header_that_can_be_built() -> None:
    one = integration(
        "custom-swa",
        client_id="c",
        client_secret=SecretRef(env="T"),
        token_endpoint="https://a.example/t",
        authorization_endpoint="https://a.example/a",
    )
    resolved = resolve_credentials(one, load_templates()["custom-swa"], sources(T=SENTINEL))
    assert resolved.values["client_secret"].get_secret_value() == SENTINEL
    with pytest.raises(UsageProblem, match="can't be built from its credentials"):
        resolved.authorization()
