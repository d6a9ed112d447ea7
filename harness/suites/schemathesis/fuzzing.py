"""Schemathesis as one group of promises: its command line, against the document of a contract.

The document is the exported one of the readings in force, moved to where the server is. Forms and
JSON are run each on their own, since its coverage phase cannot judge a file (4.32.5 raises
`Unsupported type: 'Binary'` where a schema has a `not`); and a form goes without its examples,
which JSON cannot hold the file of. What a schema cannot say stands in `hooks`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import orjson

from imagine_harness.contracts import secrets
from imagine_harness.contracts.fields import patched
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.rules.values import samples
from imagine_harness.contracts.secrets.credentials import without
from imagine_harness.harness.suites.cases.item import Item
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.lifecycles import submission
from imagine_harness.harness.suites.registry import PROMISES
from imagine_harness.harness.suites.schemathesis.document import (
    Document,
    as_served,
    operations,
    part,
)
from imagine_harness.harness.suites.schemathesis.report import MOST_LETTERS, shortest
from imagine_harness.harness.suites.subjects.encoding import usable
from imagine_harness.harness.suites.subjects.server import DEADLINE, Server

PHASES: Mapping[str, str] = MappingProxyType(
    {"json": "examples,coverage,fuzzing,stateful", "form": "fuzzing"}
)
"""What Schemathesis does with each kind of body; calls without one are of the first kind."""

EXAMPLES = 10
"""Requests that one operation is fuzzed with, unless asked otherwise."""

PROMISE = PROMISES["server.schemathesis"]
"""What this group of promises is called and says."""

PLAN = "IMAGINE_HARNESS_PLAN"
"""The environment variable that says where the file of the hooks is."""

_KEY = "IMAGINE_HARNESS_KEY"
_ROOT = Path(__file__).parents[4]
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
) -> Iterator[Item[Server]]:
    """One item for each kind of body that the document of a provider has under `readings`.

    For `examples`, `seed` and `any_key` see `fuzz`.
    """
    for kind in PHASES:
        if part(recorded, readings, kind)["paths"]:
            found = partial(fuzz, kind=kind, examples=examples, seed=seed, any_key=any_key)
            yield Item(f"{PROMISE.id}[{kind}]", PROMISE.says, partial(_checks, recorded, found))


def _checks(
    recorded: Recorded, found: Callable[[Server, Recorded], str], server: Server, _root: Any
) -> None:
    summary, *details = found(server, recorded).splitlines() or [""]
    if summary:
        raise Broken(summary, details=details)


def fuzz(
    server: Server,
    recorded: Recorded,
    kind: str,
    *,
    examples: int,
    seed: int,
    any_key: bool = True,
) -> str:
    """Run Schemathesis against a server, on all operations that take bodies of a kind.

    Args:
        server: the server, in any of its operations.
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
    model = _model(server)
    whole = part(recorded, server.readings, kind)
    server.send(server.operation, method="HEAD")
    tasks = _tasks(server, whole, model)
    if missing := [name for name, known in tasks.items() if not known]:
        return f"no task can be submitted that {missing[0]} could be asked about"
    with tempfile.TemporaryDirectory(prefix="schemathesis-") as place:
        folder = Path(place)
        (folder / "document.json").write_bytes(orjson.dumps(as_served(server, whole, model)))
        (folder / "schemathesis.toml").write_text(_config(server, any_key=any_key), "utf-8")
        (folder / "plan.json").write_bytes(orjson.dumps(_plan(recorded, whole, tasks)))
        done = _run(folder, server, PHASES[kind], examples, seed)
    output = secrets.spelled(without(done.stdout + done.stderr, server.key))
    if done.returncode > 1:
        raise NotFuzzed(f"Schemathesis could not be run: {output.strip()[-MOST_LETTERS:]}")
    if done.returncode:
        return shortest(output)
    tested = re.search(r"Tested: (\d+)", output)
    if tested is None or int(tested[1]) != len(operations(whole)):
        return f"not every operation was tested\n{output[-MOST_LETTERS:]}"
    return ""


def _model(server: Server) -> str | None:
    """The server's own name for the model, None where it is a documented one."""
    parameter = server.operation.parameters.get(server.operation.model or "")
    if parameter is None:
        return None
    documented = server.operation.models[0]
    own = parameter.value(server.usable(patched({}, {parameter.path: documented})))
    return str(own) if own != documented else None


def _tasks(server: Server, whole: Document, model: str | None) -> dict[str, dict[str, str]]:
    """For each operation that asks about tasks the id of one, by parameter; or nothing."""
    found: dict[str, dict[str, str]] = {}
    for each in server.provider.lifecycles:
        if each.ask in operations(whole):
            submit = server.known[each.submit[0]]
            root = usable(submit, submission(submit, each), model)
            made = server.ask(root, operation=submit)
            tasks = [] if made.failed else each.ids_of(made.answer)
            found[each.ask] = {each.ask_by: tasks[0]} if tasks else {}
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


def _config(server: Server, *, any_key: bool) -> str:
    """The configuration; the key itself comes through the environment."""
    off = "".join(f"[checks.{each}]\nenabled = false\n" for each in _off(server, any_key=any_key))
    return f'{_CONFIG}\n[headers]\n"{server.provider.credential.header}" = "${{{_KEY}}}"\n\n{off}'


def _off(server: Server, *, any_key: bool) -> Iterator[str]:
    """The checks that what is on record rules out."""
    credential = server.provider.credential
    if _status(server, "method-unknown") != 405:
        yield "unsupported_method"
    if _status(server, "credential-missing") != 401:
        yield "missing_required_header"
        yield "ignored_auth"
    elif any_key and credential.fits("word"):
        yield "ignored_auth"


def _status(server: Server, when: str) -> int | None:
    case = server.provider.error((when,), server.readings)
    return case.status if case else None


def _run(
    folder: Path, server: Server, phases: str, examples: int, seed: int
) -> subprocess.CompletedProcess[str]:
    at = urlsplit(server.url)
    scheme = server.provider.credential.scheme
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
            _KEY: f"{scheme} {server.key}".strip(),
        },
        capture_output=True,
        text=True,
        check=False,
    )
