import json

import pytest
from click.testing import CliRunner

from stopline.cli import cli


def run(*arguments, text=""):
    return CliRunner().invoke(cli, ["classify", *arguments], input=text)


def test_jsonl_gives_one_label_a_line():
    """Lines in, labels out, and nothing else on standard output."""
    texts = ["STOP", "hello", "START", "HELP", "take me off your list", "stop\nSent from my iPhone"]
    lines = "".join(json.dumps({"text": text, "id": 1}) + "\n" for text in texts)

    result = run("--jsonl", text=lines)

    assert result.exit_code == 0
    assert result.stdout.split() == ["opt_out", "none", "opt_in", "help", "opt_out", "opt_out"]


def test_long_form_explains():
    """One text gets its label, layer, rule and what would happen."""
    result = run("please stop texting me")
    assert result.exit_code == 0
    assert "label: opt_out" in result.stdout
    assert "layer: request" in result.stdout
    assert "would: hold the pair until a person decides" in result.stdout


def test_sent_texts_offer_words():
    """A footer given by --sent is known."""
    assert "label: opt_out" in run("goaway", "--sent", "Reply GOAWAY to quit").stdout
    assert "label: none" in run("goaway").stdout


def test_state_of_the_pair_counts():
    """CONTINUE is an ordinary reply when the pair is opted in."""
    assert "label: none" in run("continue", "--opted-in").stdout
    assert "label: opt_in" in run("continue", "--opted-out").stdout


@pytest.mark.parametrize("line", ["{", "[]", '{"text": 1}', '{"body": "x"}', '"' + "x" * 70_000])
def test_bad_line_is_named(line):
    """A line that is no record ends it with the line's number on standard error."""
    result = run("--jsonl", text='{"text": "stop"}\n' + line + "\n")
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert result.stdout == "opt_out\n"


@pytest.mark.parametrize("arguments", [(), ("stop", "--jsonl")])
def test_text_or_lines(arguments):
    """Either one text or lines, never both or none."""
    assert run(*arguments).exit_code == 2
