"""Explain a rule, a reading, an operation or a promise, with examples."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

import click

from imagine_harness.contracts.provider import FETCH
from imagine_harness.harness.cli.options import CONTRACTS, READINGS, on_record, options
from imagine_harness.harness.reports.tables import format_field
from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from imagine_harness.contracts.catalog import Shelf
    from imagine_harness.contracts.model import Reading
    from imagine_harness.contracts.operation import Operation
    from imagine_harness.contracts.provider import Media
    from imagine_harness.contracts.rules.base import Rule


@click.command("explain")
@click.argument("name", metavar="RULE")
@options(*READINGS, *CONTRACTS)
def command(name: str, **chosen: Any) -> int:
    """Explain RULE: what it says, where that stands, a legal and an illegal body.

    A rule is named as in fal.generate.num_images.maximum; a reading (fal.validation-style), an
    operation (fal.generate) and the fetch of pictures (fal.media) can be explained too. Where
    several models have one of that name, add the model: fal.generate@MODEL.

    A promise (client.returns), or one case of it, is told with why it is asked for, where it is
    tried, and the command that checks it alone.
    """
    shelf = on_record(**chosen)
    if name.startswith(SUBJECTS) and _tell_promise(shelf, name):
        return ExitCode.CLEAN
    if name in shelf.readings:
        _tell_reading(shelf, shelf.readings[name])
        return ExitCode.CLEAN
    media = _media(shelf, name)
    if media is not None:
        _tell_media(shelf, media)
        return ExitCode.CLEAN
    operation, rule = _named(shelf, name)
    if rule is None:
        _tell_operation(operation)
    else:
        _tell_rule(shelf, operation, rule)
    return ExitCode.CLEAN


SUBJECTS = ("client.", "server.", "gateway.")
"""How the ids of promises begin."""


def _tell_promise(shelf: Shelf, name: str) -> bool:
    """Explain a promise; whether there is one of that name."""
    from imagine_harness.harness.cli.explain_promise import explained

    lines = explained(shelf, name)
    for label, text in lines or ():
        _line(label, text)
    return lines is not None


def _named(shelf: Shelf, name: str) -> tuple[Operation, Rule | None]:
    """The operation, or the rule and its operation, of a name with or without a model."""
    plain, _, model = name.partition("@")
    found: list[tuple[Operation, Rule | None]] = []
    for operation in shelf.operations:
        if model and model not in operation.models:
            continue
        if operation.name == plain:
            found.append((operation, None))
        found += [(operation, rule) for rule in operation.rules if rule.statement.id == plain]
    if not found:
        raise click.UsageError(f"nothing is named {name!r}{_meant(shelf, plain)}")
    if len(found) > 1:
        each = [f"{plain}@{operation.models[0]}" for operation, _ in found if operation.models]
        raise click.UsageError(f"several models have {plain!r}, name one: {', '.join(each)}")
    return found[0]


def _meant(shelf: Shelf, name: str) -> str:
    from imagine_harness.harness.suites.registry import PROMISES

    if name.startswith(SUBJECTS):
        return f", known: {', '.join(each for each in PROMISES if _same_subject(each, name))}"
    known = [*shelf.readings]
    for operation in shelf.operations:
        known += [operation.name, *(rule.statement.id for rule in operation.rules)]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return ", did you mean " + " or ".join(near) + "?"
    return "; imagine-harness list PROVIDER lists every rule, list --promises every promise"


def _same_subject(promise: str, name: str) -> bool:
    return promise.partition(".")[0] == name.partition(".")[0]


def _line(label: str, text: object) -> None:
    click.echo(format_field(label, text))


def _tell_operation(operation: Operation) -> None:
    _line("operation", operation.name)
    _line("call", f"{operation.method} {operation.path}")
    _line("models", ", ".join(operation.models))
    _line("content", ", ".join(operation.content) or "no body")
    _line("source", operation.statement.source)
    for parameter in operation.parameters.values():
        required = "required " if parameter.required else ""
        _line("parameter", f"{parameter.name} {required}{json.dumps(parameter.schema)}")
    for rule in operation.rules:
        _line("rule", rule.statement.id)


def _media(shelf: Shelf, name: str) -> Media | None:
    """Where pictures are fetched, by the name of that or of its finding."""
    for provider, recorded in shelf.recorded.items():
        media = recorded.provider.media
        if media.statement and name in (f"{provider}.{FETCH}", media.statement.id):
            return media
    return None


def _tell_media(shelf: Shelf, media: Media) -> None:
    _line("fetch", f"GET https://{media.host}{media.path}")
    if media.statement and media.public:
        _line("finding", f"{media.statement.id}: a credential goes along, a warning")
    for each in media.lifetimes:
        stated = each.statement
        under = f" ({stated.reading}={stated.choice})" if stated.reading else ""
        _line("good for", f"{each.seconds} s{under}, {stated.certainty}")
    seconds = media.lifetime(shelf.choices)
    _line("in force", "for ever" if seconds is None else f"{seconds} s")
    if media.statement:
        _line("source", media.statement.source)
        _line("certainty", media.statement.certainty)


def _tell_reading(shelf: Shelf, reading: Reading) -> None:
    _line("reading", reading.id)
    _line("note", reading.note)
    _line("choices", ", ".join(reading.choices))
    _line("default", reading.default)
    _line("strict", reading.strict or "refuses nothing")
    _line("source", reading.source)
    for operation in shelf.operations:
        for rule in operation.rules:
            if rule.statement.reading == reading.id:
                _line("decides", f"{rule.statement.id} (with {rule.statement.choice})")


def _tell_rule(shelf: Shelf, operation: Operation, rule: Rule) -> None:
    from imagine_harness.contracts.rules.base import enforced
    from imagine_harness.harness.generation.plainest import illegal, legal

    stated = rule.statement
    readings = shelf.choices
    refused = enforced(rule, readings)
    _line("rule", stated.id)
    _line("type", rule.kind)
    _line("parameters", ", ".join(p.name for p in rule.parameters))
    _line("source", stated.source)
    _line("certainty", stated.certainty)
    if stated.reading:
        _line(
            "reading",
            f"{stated.reading}: refused with {stated.choice!r}, "
            f"in force is {readings[stated.reading]!r}",
        )
    if not rule.refuses:
        _line("broken", "never: it says what happens instead of a refusal")
    else:
        _line("broken", "refused" if refused else "accepted, with a warning in the journal")
    if stated.note:
        _line("note", stated.note)
    _line("legal", json.dumps(legal(operation, rule), ensure_ascii=False))
    wrong = illegal(operation, rule)
    if wrong is not None:
        _tell_violation(shelf, operation, rule, wrong)
    elif rule.stateful:
        _line("illegal", "the same body, sent a second time")


def _tell_violation(shelf: Shelf, operation: Operation, rule: Rule, wrong: object) -> None:
    from imagine_harness.contracts.model import nothing_seen

    _line("illegal", json.dumps(wrong, ensure_ascii=False))
    for violation in rule.check(wrong, nothing_seen):
        _line("", violation.message)
        for step in violation.fix:
            _line("fix", json.dumps(step.as_json(), ensure_ascii=False))
    mocked = shelf.recorded[operation.provider].provider.mocked
    if mocked and "application/json" in operation.content:
        _tell_answer(shelf, operation, wrong)


def _tell_answer(shelf: Shelf, operation: Operation, wrong: object) -> None:
    """What the provider's mock says to the body."""
    from imagine_harness.harness.local import ask
    from imagine_harness.mocks.app import App, Settings

    name = operation.provider
    own = {key: shelf.choices[key] for key in shelf.recorded[name].readings}
    app = App(Settings(seed=1, providers=(name,), contracts=shelf.contracts, readings=own))
    body = [wrong] if operation.subject.startswith("/*") else wrong
    status, answer = ask(app, operation, body)
    _line("answer", f"{status} {json.dumps(answer, ensure_ascii=False)[:600]}")
