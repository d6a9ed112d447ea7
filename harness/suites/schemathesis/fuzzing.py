"""Schemathesis as one group of promises: its command line, against the document of a contract.

The document is the exported one of the readings in force, moved to where the server is. Forms and
JSON are run each on their own, since its coverage phase cannot judge a file (4.32.5 raises
`Unsupported type: 'Binary'` where a schema has a `not`); and a form goes without its examples,
which JSON cannot hold the file of. What a schema cannot say is told by `schemathesis_hooks`.
"""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import orjson

from imagine_harness.contracts import secrets
from imagine_harness.contracts.fields import patched
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.openapi.document import document
from imagine_harness.contracts.operation import FORM
from imagine_harness.contracts.rules.values import samples
from imagine_harness.contracts.secrets.credentials import without
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.item import Item
from imagine_harness.harness.suites.registry import PROMISES
from imagine_harness.harness.suites.sending import usable
from imagine_harness.harness.suites.subjects.server_client import DEADLINE, Front

Document = dict[str, Any]

PHASES: Mapping[str, str] = MappingProxyType(
    {"json": "examples,coverage,fuzzing,stateful", "form": "fuzzing"}
)
"""What Schemathesis does with each kind of body; calls without one are of the first kind."""

EXAMPLES = 10
"""Requests that one operation is fuzzed with, unless asked otherwise."""

PROMISE = PROMISES["server.schemathesis"]
"""What this group of promises is called and says."""

PLAN = "IMAGINE_HARNESS_PLAN"
"""The environment variable that tells the hooks where their file is."""

_KEY = "IMAGINE_HARNESS_KEY"
_ROOT = Path(__file__).parents[4]
_MOST_FINDINGS = 5
"""Findings of one run that are told in full."""

_MOST_SHOWN = 2_000
"""Letters of a report that are handed on where it tells of no finding."""

_CONFIG = f"""
continue-on-failure = true
request-timeout = {DEADLINE}

[checks.positive_data_acceptance]
expected-statuses = ["2xx"]

[warnings]
fail-on = true

[generation]
database = "none"
no-shrink = true
"""


class NotFuzzed(Exception):
    """Schemathesis itself could not do its work; the message is what it says."""


def fuzz_items(
    recorded: Recorded,
    readings: Mapping[str, str],
    *,
    examples: int = EXAMPLES,
    seed: int = 1,
    any_key: bool = True,
) -> Iterator[Item[Front]]:
    """One item for each kind of body that the document of a provider has under `readings`.

    For `examples`, `seed` and `any_key` see `fuzz`.
    """
    for kind in PHASES:
        if part(recorded, readings, kind)["paths"]:
            found = partial(fuzz, kind=kind, examples=examples, seed=seed, any_key=any_key)
            yield Item(f"{PROMISE.id}[{kind}]", PROMISE.says, partial(_checks, recorded, found))


def _checks(
    recorded: Recorded, found: Callable[[Front, Recorded], str], front: Front, _root: Any
) -> None:
    told, *more = found(front, recorded).splitlines() or [""]
    if told:
        broken = Broken(told)
        broken.told = more
        raise broken


def fuzz(
    front: Front,
    recorded: Recorded,
    kind: str,
    *,
    examples: int,
    seed: int,
    any_key: bool = True,
) -> str:
    """Run Schemathesis against a server, on all operations that take bodies of a kind.

    Args:
        front: the server, in any of its operations.
        recorded: what the document is made of.
        kind: one of `PHASES`.
        examples: requests that each operation is fuzzed with.
        seed: decides which.
        any_key: whether the server may accept any key of the documented form, as mocks do.

    Returns:
        What was found, its first line a summary, or how the run fell short of being one; `""` if
        every operation was tested and nothing was found.

    Raises:
        Unreachable: there is no answer.
        NotFuzzed: Schemathesis could not be run.
    """
    model = _model(front)
    whole = part(recorded, front.readings, kind)
    front.send(front.operation, method="HEAD")
    tasks = _tasks(front, whole, model)
    if missing := [name for name, known in tasks.items() if not known]:
        return f"no task can be submitted that {missing[0]} could be asked about"
    with tempfile.TemporaryDirectory(prefix="schemathesis-") as place:
        folder = Path(place)
        (folder / "document.json").write_bytes(orjson.dumps(_as_served(front, whole, model)))
        (folder / "schemathesis.toml").write_text(_config(front, any_key=any_key), "utf-8")
        (folder / "plan.json").write_bytes(orjson.dumps(_plan(recorded, whole, tasks)))
        done = _run(folder, front, PHASES[kind], examples, seed)
    told = done.stdout + done.stderr
    if done.returncode > 1:
        said = _hidden(told.strip()[-_MOST_SHOWN:], front.key)
        raise NotFuzzed(f"Schemathesis could not be run: {said}")
    if done.returncode:
        return _hidden(shortest(told), front.key)
    tested = re.search(r"Tested: (\d+)", told)
    if tested is None or int(tested[1]) != len(operations(whole)):
        return _hidden(f"not every operation was tested\n{told[-_MOST_SHOWN:]}", front.key)
    return ""


def _hidden(told: str, key: str) -> str:
    """What Schemathesis says, without secrets and without the caller's key."""
    return secrets.spelled(without(told, key))


def part(recorded: Recorded, readings: Mapping[str, str], kind: str) -> Document:
    """The exported document, without the operations and content types that are not of a kind."""
    made = copy.deepcopy(document(recorded, readings))
    for methods in made["paths"].values():
        for method, call in list(methods.items()):
            content = call.get("requestBody", {}).get("content", {"": {}})
            for name in [name for name in content if (name == FORM) != (kind == "form")]:
                del content[name]
            if not content:
                del methods[method]
            for name in content.keys() & {FORM}:
                content[name].pop("examples", None)
    made["paths"] = {path: methods for path, methods in made["paths"].items() if methods}
    return made


def operations(of: Document) -> list[str]:
    """The ids of a document's operations."""
    return [call["operationId"] for methods in of["paths"].values() for call in methods.values()]


def _as_served(front: Front, whole: Document, model: str | None) -> Document:
    """A document whose paths are those of a server, from its origin on, and whose model is its."""
    base, there = front.provider.bases[0].path, urlsplit(front.url).path
    paths = {there + path.removeprefix(base): calls for path, calls in whole["paths"].items()}
    made = {**whole, "paths": paths}
    return _renamed(made, front.operation.models, model) if model else made


def _renamed(value: Any, models: Sequence[str], own: str) -> Any:
    """Any JSON, with the server's name wherever there is one of the documented names."""
    if isinstance(value, dict):
        made = {key: _renamed(below, models, own) for key, below in value.items()}
        if isinstance(made.get("enum"), list) and own in made["enum"]:
            made["enum"] = [each for each in made["enum"] if each != own] + [own]
        return made
    if isinstance(value, list):
        return [_renamed(each, models, own) for each in value]
    return own if isinstance(value, str) and value in models else value


def _model(front: Front) -> str | None:
    """The server's own name for the model, None where it is a documented one."""
    parameter = front.operation.parameters.get(front.operation.model or "")
    if parameter is None:
        return None
    documented = front.operation.models[0]
    told = parameter.value(front.usable(patched({}, {parameter.path: documented})))
    return str(told) if told != documented else None


def _tasks(front: Front, whole: Document, model: str | None) -> dict[str, dict[str, str]]:
    """For each operation that tells of tasks the id of one, by parameter; none if there is none."""
    found: dict[str, dict[str, str]] = {}
    for life in front.provider.lifecycles:
        if life.ask in operations(whole):
            submit = front.known[life.submit[0]]
            given = {submit.parameters[name].path: value for name, value in life.given.items()}
            root = usable(submit, generator(submit).plainest_body(given, None), model)
            reply = front.ask(root, operation=submit)
            tasks = life.ids_of(reply.json()) if reply.succeeded else []
            found[life.ask] = {life.ask_by: tasks[0]} if tasks else {}
    return found


def _plan(
    recorded: Recorded, whole: Document, tasks: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """What the hooks must know: whose operations a call is, and what can be sent to any server."""
    calls: dict[str, list[tuple[int, str]]] = {}
    known: dict[str, dict[str, str]] = {}
    for number, contract in enumerate(recorded.contracts):
        for each in contract.operations.values():
            call = whole["paths"].get(each.path, {}).get(each.method.lower())
            if call is not None:
                name = call["operationId"]
                calls.setdefault(name, []).append((number, each.id))
                known[name] = {**samples(each.path_parameters), **tasks.get(each.id, {})}
    contracts = [(each.file, each.models) for each in recorded.contracts]
    return {"contracts": contracts, "calls": calls, "known": known}


def _config(front: Front, *, any_key: bool) -> str:
    """The configuration; the key itself comes through the environment."""
    off = "".join(f"[checks.{each}]\nenabled = false\n" for each in _off(front, any_key=any_key))
    return f'{_CONFIG}\n[headers]\n"{front.provider.credential.header}" = "${{{_KEY}}}"\n\n{off}'


def _off(front: Front, *, any_key: bool) -> Iterator[str]:
    """The checks that what is on record rules out."""
    credential = front.provider.credential
    if _status(front, "method-unknown") != 405:
        yield "unsupported_method"
    if _status(front, "credential-missing") != 401:
        yield "missing_required_header"
        yield "ignored_auth"
    elif any_key and credential.fits("word"):
        yield "ignored_auth"


def _status(front: Front, when: str) -> int | None:
    case = front.provider.error((when,), front.readings)
    return case.status if case else None


def _run(
    folder: Path, front: Front, phases: str, examples: int, seed: int
) -> subprocess.CompletedProcess[str]:
    at = urlsplit(front.url)
    scheme = front.provider.credential.scheme
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
            *("run", "document.json", "--url", f"{at.scheme}://{at.netloc}", "--phases", phases),
            *("--seed", str(seed), "-n", str(examples), "--no-color"),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")])),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), "*"),
            "SCHEMATHESIS_HOOKS": "imagine_harness.harness.suites.schemathesis.hooks",
            PLAN: str(folder / "plan.json"),
            _KEY: f"{scheme} {front.key}".strip(),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def shortest(told: str) -> str:
    """The useful part of a report: on its first line what is wrong, then how to see each again."""
    found = list(_findings(told))
    if not found:
        return f"Schemathesis is not content\n{told[max(told.find('WARNINGS'), 0) :][:_MOST_SHOWN]}"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    lines = [line for each in found[:_MOST_FINDINGS] for line in each]
    return "\n".join([f"Schemathesis: {found[0][0]}{more}", *lines])


def _findings(told: str) -> Iterator[list[str]]:
    """What a report tells of, each as a title, what was wrong, the status and a curl line."""
    _, *blocks = re.split(r"^_+ (.+) _+$", told, flags=re.MULTILINE)
    for label, block in zip(blocks[::2], blocks[1::2], strict=True):
        here = re.split(r"^=+ ", block, maxsplit=1, flags=re.MULTILINE)[0]
        for case in re.split(r"^\d+\. Test Case ID: .*$", here, flags=re.MULTILINE):
            lines = [line.strip() for line in case.splitlines() if line.strip()]
            if lines:
                title, *rest = lines
                kept = [line for line in rest if line.startswith(("- ", "curl ", "["))]
                yield [f"{label}: {title.removeprefix('- ')}", *(f"  {e}" for e in rest[:1] + kept)]
