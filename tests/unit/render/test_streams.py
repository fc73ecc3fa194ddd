"""The pair of streams: data to one, words to the other; no secret and no terminal trick on either."""

from __future__ import annotations

import io
import json
import os
import re

import pytest
import yaml

from oktascim.errors import OktascimError, PersonNeeded, UsageProblem
from oktascim.redact import HIDDEN, Masker
from oktascim.render.formats import Format, Table
from oktascim.render.gate import painted, screen
from oktascim.render.streams import Output

TRICK = "Acme\x1b[2J\u202e\x9b31m\u200b"


class Screen(io.StringIO):
    """A stream that claims to be a terminal, or not."""

    def __init__(self, text: str = "", *, tty: bool = True) -> None:
        super().__init__(text)
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


class Desk:
    """An Output and what arrived on its two streams."""

    def __init__(self, answers: str = "", *, tty: bool = False, piped_out: bool = False, **environ: str) -> None:
        self.stdout, self.stderr = Screen(tty=tty and not piped_out), Screen(tty=tty)
        self.masker = Masker()
        self.masker.add("s3cret-token")
        stdin = Screen(answers, tty=tty)
        self.output = Output(self.masker, environ, stdout=self.stdout, stderr=self.stderr, stdin=stdin)

    @property
    def out(self) -> str:
        return self.stdout.getvalue()

    @property
    def err(self) -> str:
        return self.stderr.getvalue()


def test_data_and_words_keep_apart() -> None:
    desk = Desk()
    desk.output.data("data")
    desk.output.note("note")
    assert (desk.out, desk.err) == ("data\n", "note\n")


def test_no_secret_gets_out_by_any_way() -> None:
    desk = Desk()
    desk.output.data("s3cret-token")
    desk.output.note("x s3cret-token y")
    desk.output.error(OktascimError("what s3cret-token", why="why s3cret-token", fix="fix s3cret-token"))
    desk.output.show({"a": "s3cret-token"}, Format.JSON, Table((), ()))
    desk.output.show({"a": "s3cret-token"}, Format.YAML, Table((), ()))
    desk.output.table(Table(("a",), [["s3cret-token"]]))
    desk.output.stdout.write_json(b"s3cret-token")
    assert "s3cret" not in desk.out + desk.err
    assert (desk.out + desk.err).count(HIDDEN) == 9


def test_a_secret_that_a_narrow_table_would_break_in_two_is_hidden_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    desk = Desk(tty=True)
    desk.masker.add("a very long pass phrase of many words")
    desk.output.table(Table(("name", "value"), [["x", "a very long pass phrase of many words"]]))
    assert "phrase" not in desk.out


def test_a_long_pass_phrase_is_not_folded_past_the_mask() -> None:
    desk = Desk()
    phrase = "word " * 60 + "end"
    desk.masker.add(phrase)
    desk.output.show({"a": phrase}, Format.YAML, Table((), ()))
    assert "word" not in desk.out


def test_errors_say_what_why_and_fix_and_strip_tricks() -> None:
    desk = Desk()
    desk.output.error(OktascimError(f"{TRICK} broke.", why="first\nsecond", fix="Do it."))
    assert desk.err == "Error: Acme broke.\n  why: first\n       second\n  fix: Do it.\n"
    assert desk.out == ""


def test_json_keeps_every_character_and_shows_none_that_tricks_a_terminal() -> None:
    desk = Desk()
    desk.output.show({"label": TRICK + "Zoë\U000e0041"}, Format.JSON, Table((), ()))
    assert json.loads(desk.out) == {"label": TRICK + "Zoë\U000e0041"}
    assert desk.out.replace("\n", "").isprintable()
    assert "Zoë" in desk.out


def test_yaml_keeps_every_character_too() -> None:
    desk = Desk()
    document = [{"label": TRICK + "Zoë\U000e0041\x85\u2028\t", TRICK: "a\nb", "on": True, "none": None}]
    desk.output.show(document, Format.YAML, Table((), ()))
    assert yaml.safe_load(desk.out) == document
    assert desk.out.replace("\n", "").isprintable()


def test_a_table_off_the_terminal_is_tab_separated() -> None:
    desk = Desk()
    desk.output.table(Table(("a", "b"), [["1\t2", f"x\ny{TRICK}"]]))
    assert desk.out == "a\tb\n1 2\tx yAcme\n"


def test_a_table_on_a_terminal_is_drawn_without_markup() -> None:
    desk = Desk(tty=True, NO_COLOR="1")
    desk.output.table(Table(("a",), [["[red]x[/red]"]]))
    assert "[red]x[/red]" in desk.out


@pytest.mark.parametrize("tty", [True, False])
def test_headings_are_data_too(tty: bool) -> None:
    desk = Desk(tty=tty, NO_COLOR="1")
    desk.output.table(Table((TRICK, "[red]b[/red] :warning:"), [["1", "2"]]))
    assert "Acme" in desk.out
    assert "[red]b[/red] :warning:" in desk.out
    shown = re.sub(r"\x1b\[[\d;]*m", "", desk.out)
    assert shown.replace("\n", "").replace("\t", "").isprintable()


def test_no_way_through_the_gate_lets_a_trick_pass() -> None:
    desk = Desk(tty=True)
    stream = desk.output.stdout
    stream.write(f"1{TRICK}\x1b[1m\r\n")
    stream.write_painted(f"2{painted('bold', '1')}\x1b[8m\x1b[2J{TRICK}\n")
    stream.write_json(json.dumps([f"3{TRICK}"], ensure_ascii=False).encode())
    screen(stream).print(f"4{TRICK}")
    assert desk.out == ('1Acme\r\n2\x1b[1mbold\x1b[0mAcme\n["3Acme\\u001b[2J\\u202e\\u009b31m\\u200b"]4Acme\n')


def test_a_prompt_is_one_line() -> None:
    desk = Desk("x\n", tty=True)
    desk.output.ask(f"Delete {TRICK}\nReally? ", otherwise="--yes")
    assert desk.err == "Delete Acme Really? "


def test_ctrl_c_at_a_prompt_ends_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_stdin: object) -> str:
        raise KeyboardInterrupt

    desk = Desk(tty=True)
    monkeypatch.setattr(Screen, "readline", interrupted)
    with pytest.raises(KeyboardInterrupt):
        desk.output.ask("Name: ", otherwise="--name")
    assert desk.err == "Name: \n"


def test_the_end_of_input_at_a_prompt_ends_its_line() -> None:
    desk = Desk("", tty=True)
    with pytest.raises(UsageProblem, match=r"An answer is required: Name\."):
        desk.output.ask("Name: ", otherwise="--name", required=True)
    assert desk.err == "Name: \n"


def test_the_end_of_input_at_a_hidden_prompt_is_said_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", ends)
    desk = Desk(tty=True)
    with pytest.raises(UsageProblem, match=r"An answer is required: API token \(not shown\)\."):
        desk.output.ask_hidden("API token (not shown): ")
    assert desk.err == "\n"


@pytest.mark.parametrize("tty", [True, False])
def test_an_empty_table_is_a_sentence_for_people_and_nothing_for_programs(tty: bool) -> None:
    desk = Desk(tty=tty)
    desk.output.table(Table(("a",), [], empty="None here."))
    assert (desk.out, desk.err) == ("", "None here.\n")


@pytest.mark.parametrize(
    ("tty", "environ", "colored"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_color(tty: bool, environ: dict[str, str], colored: bool) -> None:
    desk = Desk(tty=tty, **environ)
    desk.output.error(OktascimError("x"))
    assert ("\x1b[" in desk.err) is colored


def test_each_stream_is_judged_for_itself() -> None:
    desk = Desk(tty=True, piped_out=True)
    assert desk.output.stderr.color
    assert not desk.output.stdout.color


def test_no_color_wins_over_the_terminal() -> None:
    desk = Desk(tty=True, FORCE_COLOR="1")
    desk.output.forbid_color()
    desk.output.error(OktascimError("x"))
    assert desk.err == "Error: x\n"


@pytest.mark.parametrize(
    ("tty", "ci", "interactive"),
    [
        (True, "", True),
        (True, "false", True),
        (True, "0", True),
        (True, "true", False),
        (True, "1", False),
        (False, "", False),
    ],
)
def test_a_person_is_asked_on_a_terminal_only(tty: bool, ci: str, interactive: bool) -> None:
    assert Desk(tty=tty, CI=ci).output.interactive is interactive


@pytest.mark.parametrize(
    ("answer", "yes"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False), ("yep\n", False)]
)
def test_confirm(answer: str, yes: bool) -> None:
    desk = Desk(answer, tty=True)
    assert desk.output.confirm("Really?", assume_yes=False) is yes
    assert desk.err == "Really? [y/N] " + ("" if answer else "\n")


def test_confirm_takes_yes_for_an_answer() -> None:
    desk = Desk()
    assert desk.output.confirm("Really?", assume_yes=True)
    assert desk.err == ""


def test_a_question_that_nobody_can_answer_names_the_option() -> None:
    with pytest.raises(UsageProblem, match=r"Really\?") as caught:
        Desk().output.confirm("Really?", assume_yes=False)
    assert caught.value.fix == "Pass --yes."


def test_without_standard_input_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert not Output(Masker(), {}, stdout=Screen(), stderr=Screen()).interactive


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no pseudo-terminals here")
@pytest.mark.parametrize(("said", "columns"), [(132, 132), (0, 80)])
def test_the_width_of_a_terminal(said: int, columns: int) -> None:
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, said, 0, 0))
    with os.fdopen(theirs, "w") as terminal:
        assert Output(Masker(), {}, stdout=terminal).stdout.columns == columns
    os.close(ours)


def test_where_nobody_looks_there_is_no_width() -> None:
    assert Output(Masker(), {}, stdout=io.StringIO()).stdout.columns is None


def test_a_code_page_without_box_drawing_is_no_failure() -> None:
    beneath = io.BytesIO()
    output = Output(Masker(), {}, stdout=io.TextIOWrapper(beneath, encoding="cp1252"))
    output.data("\u250c é")
    output.stdout.flush()
    assert beneath.getvalue().rstrip() == b"\\u250c \xe9"


def test_words_for_a_terminal_are_broken_between_words() -> None:
    desk = Desk(tty=True)
    desk.output.note("A " + "long note " * 20)
    long = OktascimError("It did not work " * 8, why="Because " * 20 + "\nshort\n  ^", fix="Try again " * 12)
    desk.output.error(long)
    plain = re.sub(r"\x1b\[[\d;]*m", "", desk.err)
    assert max(map(len, plain.splitlines())) <= 80
    assert "\n       short\n         ^\n" in plain
    assert "  why: Because" in plain


def test_words_for_a_file_stay_on_their_line() -> None:
    desk = Desk()
    desk.output.note("A " + "long note " * 20)
    assert desk.err.count("\n") == 1


def test_a_secret_of_several_words_is_hidden_wherever_the_line_breaks() -> None:
    desk = Desk(tty=True)
    desk.masker.add("correct horse battery staple")
    for before in range(60, 80):
        desk.output.note(f"{'x' * before} correct horse battery staple")
        desk.output.error(
            OktascimError(f"{'y' * before} correct horse battery staple", fix="correct horse battery staple")
        )
    assert not re.search("correct|horse|battery|staple", desk.stderr.getvalue())


def test_what_is_left_to_a_person_is_no_error() -> None:
    desk = Desk()
    desk.output.error(PersonNeeded("It waits."))
    assert desk.stderr.getvalue() == "To do: It waits.\n"


def test_a_line_to_paste_is_not_broken() -> None:
    desk = Desk(tty=True)
    line = f'export OKTA_CLIENT_ORGURL=https://{"a" * 50}.okta.com OKTA_CLIENT_TOKEN="$(cat token.txt)"'
    desk.output.error(OktascimError("No keyring.", fix=f"Use the environment:\n{line}"))
    assert f"       {line}\n" in desk.err
