"""`stopline classify`: what a text asks for, and why. Changes nothing."""

import json
import sys
from collections.abc import Iterable, Iterator

import click

from stopline import consent
from stopline.commands.options import Failure, Misuse
from stopline.consent import (
    ALL_LAYERS,
    DEFAULT_KEYWORDS,
    RULE_SET_ID,
    Classification,
    Context,
    default_policy,
    label_of,
)
from stopline.core.recognition.explain import why, would
from stopline.store.rule_sets import find_rule_set, kept_rule_sets

# A line holds one message of at most 1,600 characters, escaped, and what else the caller keeps
# beside it; a longer one is no such line.
MAX_LINE_CHARS = 65_536


@click.command()
@click.argument("text", required=False)
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read lines of {"text": ...} from standard input; write one label a line.',
)
@click.option("--sent", multiple=True, help="A text sent to the person before; may be repeated.")
@click.option("--opted-out/--opted-in", default=None, help="The state of the pair, when known.")
@click.option(
    "--rules",
    type=click.Choice(kept_rule_sets()),
    default=RULE_SET_ID,
    help="Read by an earlier rule set, to repeat what it decided.",
)
def classify(
    text: str | None, jsonl: bool, sent: tuple[str, ...], opted_out: bool | None, rules: str
) -> None:
    """Say what TEXT asks for: opt_out, opt_in, help or none, and why. Changes nothing.

    Shown is what it would cause by default; a running server says it for one of its numbers with
    POST /stopline/v1/classify. With --jsonl, standard output holds one label for each line of
    input and nothing else.
    """
    context = Context(opted_out=opted_out, recent_texts=sent)
    if jsonl == (text is not None):
        raise Misuse("give either TEXT or --jsonl")
    if jsonl:
        for label in _labels(_stdin(), context, rules):
            click.echo(label)
    elif text is not None:
        click.echo("\n".join(explain(_read(text, context, rules))))


def _read(text: str, context: Context, rules: str) -> Classification:
    kept = None if rules == RULE_SET_ID else find_rule_set(rules)
    if kept is None:
        return consent.classify(text, context)
    return kept.read(text, DEFAULT_KEYWORDS, context, ALL_LAYERS)


def explain(result: Classification) -> list[str]:
    """The long form: label, class, layer and rule, score, what would happen by default, and why."""
    lines = [f"label: {label_of(result)}"]
    policy = default_policy(result)
    if result.keyword_class is not None:
        lines += [
            f"class: {result.keyword_class.value}",
            f"layer: {result.layer.value}",
            f"rule: {result.rule or result.word or 'sign'}",
            f"score: {result.score:.2f}",
            f"policy: {policy.value}",
        ]
    return [
        *lines,
        f"would: {would(result, policy)}",
        f"why: {why(result)}",
        f"normalised: {result.normalised}",
        f"rule set: {result.rule_set}",
    ]


def _stdin() -> Iterable[str]:
    """Standard input as text; bytes that are no UTF-8 do not stop the reading."""
    return (line.decode("utf-8", "replace") for line in sys.stdin.buffer)


def _labels(lines: Iterable[str], context: Context, rules: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield label_of(_read(_text_of(line, number), context, rules))


def _text_of(line: str, number: int) -> str:
    if len(line) > MAX_LINE_CHARS:
        raise Failure(f"line {number}: longer than {MAX_LINE_CHARS} characters")
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise Failure(f"line {number}: {error}") from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise Failure(f'line {number}: no {{"text": ...}}')
    text: str = record["text"]
    return text
