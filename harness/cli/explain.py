"""Explain a rule, a reading, an operation or a promise, with examples."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from imagine_harness.contracts.provider import FETCH
from imagine_harness.harness.cli.common.arguments import on_record
from imagine_harness.harness.cli.common.options import CONTRACTS, READINGS, options
from imagine_harness.harness.reports.tables import format_field
from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from imagine_harness.contracts.catalog import Catalog
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
    for label, text in _fields(on_record(**chosen), name):
        click.echo(format_field(label, text))
    return ExitCode.CLEAN


SUBJECTS = ("client.", "server.", "gateway.")
"""How the ids of promises begin."""


Fields = Iterator[tuple[str, object]]
"""Labels and texts, a line each."""


def _fields(catalog: Catalog, name: str) -> Fields:
    """What explains whatever has a name."""
    if name.startswith(SUBJECTS):
        from imagine_harness.harness.cli.common.promise_explanation import explain_promise

        explained = explain_promise(catalog, name)
        if explained is not None:
            return iter(explained)
    if name in catalog.readings:
        return _explain_reading(catalog, catalog.readings[name])
    media = _media(catalog, name)
    if media is not None:
        return _explain_media(catalog, media)
    operation, rule = _find(catalog, name)
    return _explain_rule(catalog, operation, rule) if rule else _explain_operation(operation)


def _find(catalog: Catalog, name: str) -> tuple[Operation, Rule | None]:
    """The operation, or the rule and its operation, of a name with or without a model."""
    plain, _, model = name.partition("@")
    found: list[tuple[Operation, Rule | None]] = []
    for operation in catalog.operations:
        if model and model not in operation.models:
            continue
        if operation.name == plain:
            found.append((operation, None))
        found += [(operation, rule) for rule in operation.rules if rule.statement.id == plain]
    if not found:
        raise click.UsageError(f"nothing is named {name!r}{_suggestion(catalog, plain)}")
    if len(found) > 1:
        each = [f"{plain}@{operation.models[0]}" for operation, _ in found if operation.models]
        raise click.UsageError(f"several models have {plain!r}, name one: {', '.join(each)}")
    return found[0]


def _suggestion(catalog: Catalog, name: str) -> str:
    from imagine_harness.harness.suites.registry import PROMISES

    if name.startswith(SUBJECTS):
        return f", known: {', '.join(each for each in PROMISES if _same_subject(each, name))}"
    known = [*catalog.readings]
    for operation in catalog.operations:
        known += [operation.name, *(rule.statement.id for rule in operation.rules)]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return ", did you mean " + " or ".join(near) + "?"
    return "; imagine-harness list PROVIDER lists every rule, list --promises every promise"


def _same_subject(promise: str, name: str) -> bool:
    return promise.partition(".")[0] == name.partition(".")[0]


def _explain_operation(operation: Operation) -> Fields:
    yield "operation", operation.name
    yield "call", f"{operation.method} {operation.path}"
    yield "models", ", ".join(operation.models)
    yield "content", ", ".join(operation.content) or "no body"
    yield "source", operation.statement.source
    for parameter in operation.parameters.values():
        required = "required " if parameter.required else ""
        yield "parameter", f"{parameter.name} {required}{json.dumps(parameter.schema)}"
    for rule in operation.rules:
        yield "rule", rule.statement.id


def _media(catalog: Catalog, name: str) -> Media | None:
    """Where pictures are fetched, by the name of that or of its finding."""
    for provider, recorded in catalog.recorded.items():
        media = recorded.provider.media
        if media.statement and name in (f"{provider}.{FETCH}", media.statement.id):
            return media
    return None


def _explain_media(catalog: Catalog, media: Media) -> Fields:
    yield "fetch", f"GET https://{media.host}{media.path}"
    if media.statement and media.public:
        yield "finding", f"{media.statement.id}: a credential goes along, a warning"
    for each in media.lifetimes:
        stated = each.statement
        under = f" ({stated.reading}={stated.choice})" if stated.reading else ""
        yield "good for", f"{each.seconds} s{under}, {stated.certainty}"
    seconds = media.lifetime(catalog.choices)
    yield "in force", "for ever" if seconds is None else f"{seconds} s"
    if media.statement:
        yield "source", media.statement.source
        yield "certainty", media.statement.certainty


def _explain_reading(catalog: Catalog, reading: Reading) -> Fields:
    yield "reading", reading.id
    yield "note", reading.note
    yield "choices", ", ".join(reading.choices)
    yield "default", reading.default
    yield "strict", reading.strict or "refuses nothing"
    yield "source", reading.source
    for operation in catalog.operations:
        for rule in operation.rules:
            if rule.statement.reading == reading.id:
                yield "decides", f"{rule.statement.id} (with {rule.statement.choice})"


def _explain_rule(catalog: Catalog, operation: Operation, rule: Rule) -> Fields:
    from imagine_harness.contracts.rules.base import enforced
    from imagine_harness.harness.generation.plainest import illegal, legal

    stated = rule.statement
    readings = catalog.choices
    refused = enforced(rule, readings)
    yield "rule", stated.id
    yield "type", rule.kind
    yield "parameters", ", ".join(p.name for p in rule.parameters)
    yield "source", stated.source
    yield "certainty", stated.certainty
    if stated.reading:
        refusing = f"{stated.reading}: refused with {stated.choice!r}"
        yield "reading", f"{refusing}, in force is {readings[stated.reading]!r}"
    if not rule.refuses:
        yield "broken", "never: it says what happens instead of a refusal"
    else:
        yield "broken", "refused" if refused else "accepted, with a warning in the journal"
    if stated.note:
        yield "note", stated.note
    yield "legal", json.dumps(legal(operation, rule), ensure_ascii=False)
    wrong = illegal(operation, rule)
    if wrong is not None:
        yield from _explain_violation(catalog, operation, rule, wrong)
    elif rule.stateful:
        yield "illegal", "the same body, sent a second time"


def _explain_violation(catalog: Catalog, operation: Operation, rule: Rule, wrong: object) -> Fields:
    from imagine_harness.contracts.model import nothing_seen

    yield "illegal", json.dumps(wrong, ensure_ascii=False)
    for violation in rule.check(wrong, nothing_seen):
        yield "", violation.message
        for step in violation.fix:
            yield "fix", json.dumps(step.as_json(), ensure_ascii=False)
    mocked = catalog.recorded[operation.provider].provider.mocked
    if mocked and "application/json" in operation.content:
        yield from _explain_answer(catalog, operation, wrong)


def _explain_answer(catalog: Catalog, operation: Operation, wrong: object) -> Fields:
    """What the provider's mock says to the body."""
    from imagine_harness.harness.local import ask
    from imagine_harness.mocks.app import App, Settings

    name = operation.provider
    own = {key: catalog.choices[key] for key in catalog.recorded[name].readings}
    app = App(Settings(seed=1, providers=(name,), contracts=catalog.contracts, readings=own))
    body = [wrong] if operation.subject.startswith("/*") else wrong
    status, answer = ask(app, operation, body)
    yield "answer", f"{status} {json.dumps(answer, ensure_ascii=False)[:600]}"
