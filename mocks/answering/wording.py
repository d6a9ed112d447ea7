"""From the harness's description of a refusal to a provider's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from imagine_harness.contracts.fields import brief_text, type_name
from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.model import Violation
from imagine_harness.contracts.refusals import naming
from imagine_harness.contracts.untrusted.printing import cut
from imagine_harness.mocks.answer import Wording
from imagine_harness.mocks.call import Call

LONGEST = 200
"""Letters of a value that a refusal repeats."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def worded(call: Call, refusal: Refusal, root: object = None) -> Wording:
    """`refusal` as the provider's contract words it.

    A template's placeholders are: `{parameter}` (its name), `{Parameter}` (its last step, with a
    capital), `{name}` (its last step), `{parameters}` and `{parameters_list}` (all concerned),
    `{message}`, `{expected}`, `{limit}`, `{allowed}`, `{choices}`, `{piped}`,
    `{got}`, `{got_type}`, `{length}`, `{masked}`, `{method}`, `{path}`. One that stands alone
    keeps its type.
    """
    values: dict[str, object] = {"method": call.request.method, "path": call.path}
    if refusal.violation is not None:
        values |= _of_violation(refusal.violation)
    values |= refusal.values
    values.setdefault("message", refusal.when[-1].replace("-", " "))
    named = values.get("parameter")
    bare = Wording(
        when=refusal.when[0],
        status=refusal.status,
        message=str(values["message"]),
        violation=refusal.violation,
        parameter=named if isinstance(named, str) else None,
        root=root,
        headers={"allow": str(values["allowed"])} if refusal.status == 405 else {},
    )
    case = call.context.provider.error(refusal.when, call.readings)
    if case is None:
        return bare
    return replace(
        bare,
        status=case.status,
        code=_filled(case.code, values),
        kind=case.kind,
        message=str(_filled(case.message, values)),
        body={key: _filled(value, values) for key, value in case.body.items()},
        headers={**bare.headers, **case.headers},
    )


def _of_violation(violation: Violation) -> dict[str, object]:
    got, limit = violation.got, violation.expected
    return {
        **naming(violation.parameters[0]),
        "parameters": " and ".join(violation.parameters),
        "parameters_list": list(violation.parameters),
        "message": violation.message,
        "expected": " or ".join(map(_bare, limit)) if isinstance(limit, list) else limit,
        "limit": limit,
        "allowed": ", ".join(map(_bare, limit)) if isinstance(limit, list) else limit,
        "choices": _or([f"'{_bare(each)}'" for each in limit]) if isinstance(limit, list) else "",
        "piped": "|".join(map(brief_text, limit)) if isinstance(limit, list) else "",
        "got": cut(got, LONGEST) if isinstance(got, str) else brief_text(got),
        "got_type": type_name.get(type(got), "nothing"),
        "length": len(got) if isinstance(got, list | str) else 0,
    }


def _bare(value: object) -> str:
    return value if isinstance(value, str) else brief_text(value)


def _or(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " or " + parts[-1]


def _filled(template: Any, values: Mapping[str, object]) -> Any:
    """A template with its placeholders replaced; an unknown one stays as it stands."""
    if isinstance(template, dict):
        return {key: _filled(below, values) for key, below in template.items()}
    if isinstance(template, list):
        return [_filled(below, values) for below in template]
    if not isinstance(template, str):
        return template
    alone = _PLACEHOLDER.fullmatch(template)
    if alone and alone[1] in values:
        return values[alone[1]]
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), template)
