"""From an operation's table in a contract file to the operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from imagine_harness.contracts import sizes
from imagine_harness.contracts.fields import ABSENT, Path, Schema, steps
from imagine_harness.contracts.loading.entries import Entry, FileContext, check_formats
from imagine_harness.contracts.loading.outcomes import answer, outcome
from imagine_harness.contracts.loading.rules import of_parameter
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import Certainty, ContractError, Hint, Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.outcome import Price
from imagine_harness.contracts.provider import Provider
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.context import RuleContext
from imagine_harness.contracts.rules.keywords import KEYWORDS
from imagine_harness.contracts.rules.types import rule_type


def operation(
    desk: FileContext,
    name: str,
    entry: Entry,
    *,
    shared: Provider,
    models: tuple[str, ...],
    price: Price | None,
    table: sizes.SizeTable | None,
) -> Operation:
    """One operation of a model, or with no models one of the platform."""
    subject = steps(entry.get("subject", "").removeprefix("/*"))
    stated = desk.statement(entry, name)
    model_at = entry.get("model_at", shared.model_at) if models else None
    named = list(models)
    if shared.prefixes and model_at and entry.get("content"):
        prefixed = shared.prefixes.before(models)
        named += prefixed
        refusing = {**shared.prefixes.rule, "values": prefixed}
        entry = {**entry, "rule": [*entry.get("rule", ()), refusing]}
    parameters = _parameters(desk, name, entry, subject, model_at, named)
    rules = _rules(desk, name, entry, parameters, subject)
    return Operation(
        provider=desk.provider,
        id=name,
        method=entry["method"],
        path=entry["path"],
        subject=entry.get("subject", ""),
        content=tuple(entry.get("content", ())),
        summary=entry.get("summary", ""),
        statement=stated,
        models=models,
        parameters=MappingProxyType(parameters),
        path_parameters=beside(desk, name, entry, "path_parameters", required=True),
        rules=rules,
        hints=tuple(
            Hint(h["parameter"], h["value"], h["message"], desk.source(h["source"], f"{name}.hint"))
            for h in entry.get("hint", ())
        ),
        outcome=outcome(desk, name, entry, parameters, price, table),
        answers=tuple(answer(desk, each, f"{name}.answer") for each in entry.get("answer", ())),
        content_readings=MappingProxyType(
            {
                kind: desk.statement(each, f"{name}.content")
                for kind, each in entry.get("content_reading", {}).items()
            }
        ),
        public=entry.get("public", False),
        query=beside(desk, name, entry, "query"),
        headers=beside(desk, name, entry, "headers"),
        model="model" if model_at and entry.get("content") else None,
        select=tuple(key for key in shared.select if key in parameters),
        answered_as=entry.get("answered_as"),
    )


def beside(
    desk: FileContext, name: str, entry: Entry, place: str, *, required: bool = False
) -> Mapping[str, Parameter]:
    """What a call says outside its body: in its path, its query or its headers."""
    return MappingProxyType(
        {
            key: _parameter(
                desk, name, key, line, (key,), required=required, rule=(), inherited=entry
            )
            for key, line in entry.get(place, {}).items()
        }
    )


def _parameters(
    desk: FileContext,
    name: str,
    entry: Entry,
    subject: Path,
    model_at: str | None,
    models: list[str],
) -> dict[str, Parameter]:
    lines: dict[str, tuple[Path, Entry]] = {}
    required = set(entry.get("required", ()))
    if model_at and entry.get("content"):
        lines["model"] = (steps(model_at), {"enum": models})
        required.add("model")
    if subject:
        lines[subject[-1]] = (subject, {"type": "object"})
        required.add(subject[-1])
    for key, line in entry.get("parameters", {}).items():
        known = lines[key][1] if key == "model" and key in lines else {}
        lines[key] = ((*subject, *key.split(".")), {**known, **line})
    where = f"{desk.file}: operation.{name}.required: "
    for each in sorted(required):
        look_up("parameter", each, lines, ContractError, where=where, state="")
    return {
        key: _parameter(
            desk,
            name,
            key,
            line,
            path,
            required=key in required,
            rule=entry.get("rule", ()),
            inherited=entry,
        )
        for key, (path, line) in lines.items()
    }


def _parameter(
    desk: FileContext,
    operation_name: str,
    name: str,
    line: Entry,
    path: Path,
    *,
    required: bool,
    rule: Iterable[Entry],
    inherited: Entry,
) -> Parameter:
    schema: Schema = {key: value for key, value in line.items() if key in KEYWORDS}
    for extra in rule:
        if extra["type"] == "constraint" and extra["field"] == name:
            ((keyword, value),) = extra["schema"].items()
            if keyword in schema:
                raise ContractError(
                    f"{desk.file}: operation.{operation_name}.rule {extra['id']!r}: {name} has a "
                    f"{keyword} already"
                )
            schema[keyword] = value
    where = f"{desk.file}: operation.{operation_name}.parameters.{name}"
    if "enum" in schema and "type" in schema:
        raise ContractError(f"{where}: an enum's values are its type, expected no type beside it")
    check_formats(where, schema)
    return Parameter(
        name=name,
        path=path,
        schema=schema,
        required=required,
        statement=desk.statement(line, f"{operation_name}.{name}", inherited["source"]),
        default=line.get("default", ABSENT),
        default_when=tuple(
            (each["parameter"], each["equals"], each["default"])
            for each in line.get("default_when", ())
        ),
        treatment=line.get("treatment"),
        upstream=line.get("upstream"),
        never=tuple(
            value
            for extra in rule
            if extra["type"] == "allowed_when" and extra["field"] == name and "when" not in extra
            for value in extra.get("values", ())
        ),
        several=line.get("several"),
        file=line.get("file", False),
    )


def _rules(
    desk: FileContext, name: str, entry: Entry, parameters: dict[str, Parameter], subject: Path
) -> tuple[Rule, ...]:
    where = f"{desk.file}: operation.{name}"
    context = RuleContext(where, parameters, subject)
    rules: list[Rule] = []
    if entry.get("content", ["*/*"]) != ["*/*"]:
        stated = desk.statement(entry, f"{name}.body")
        body = Parameter("body", (), {"type": "object"}, False, stated)
        rules += of_parameter(body, ("type",))
    for key, parameter in parameters.items():
        line = entry.get("parameters", {}).get(key, parameter.schema)
        rules += of_parameter(parameter, [word for word in line if word in KEYWORDS])
    for each in entry.get("rule", ()):
        stated = desk.statement(each, f"{name}.{each['id']}")
        rules.append(rule_type(each["type"]).parse(stated, each, context))
    _check_rules(where, rules)
    return tuple(rules)


def _check_rules(where: str, rules: Iterable[Rule]) -> None:
    known: set[str] = set()
    for rule in rules:
        stated = rule.statement
        if stated.id in known:
            raise ContractError(f"{where}: rule id {stated.id!r} is recorded twice")
        known.add(stated.id)
        # That a body is an object at all is what makes it the call that it is.
        harmless = not rule.refuses or rule.harmless or not rule.parameters[0].path
        if stated.certainty is not Certainty.DOCUMENTED and not harmless and stated.reading is None:
            raise ContractError(
                f"{where}: rule {stated.id!r} is {stated.certainty}, not documented: "
                "expected a reading that decides whether it refuses"
            )
