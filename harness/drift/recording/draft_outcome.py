"""What a drafted model's answers deliver, as far as its parameters' names and values tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.facts import ParameterFact

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "prompt": ("prompt", "positivePrompt", "text", "text_prompt"),
        "count": ("num_images", "n", "numberResults", "number_of_images", "batch_size"),
        "format": ("output_format", "outputFormat", "format", "image_format"),
        "quality": ("outputQuality", "output_compression", "output_quality"),
        "lifetime": ("ttl",),
        "width": ("width",),
        "height": ("height",),
        "size": ("size",),
        "ratio": ("aspect_ratio", "aspectRatio"),
        "tier": ("resolution",),
    }
)
"""Names under which providers have the parameters that decide an answer, likeliest first."""

FORMATS: Mapping[str, str] = MappingProxyType(
    {"jpeg": "jpeg", "jpg": "jpeg", "png": "png", "webp": "webp", "gif": "gif", "avif": "avif"}
)
"""Names of image formats in lower case, and the format that each means."""

CARRIERS: Mapping[str, str] = MappingProxyType(
    {"url": "url", "b64_json": "base64", "base64data": "base64", "datauri": "data-uri"}
)
"""Values in lower case of a parameter that says how an image travels, and what each means."""

_TIER = re.compile(r"\d+(\.\d+)?[kK]?|auto")
_RATIO = re.compile(r"\d+(\.\d+)?:\d+(\.\d+)?|auto")
_SIZE = re.compile(r"\d+x\d+|\d+(\.\d+)?:\d+(\.\d+)?|auto")


def outcome(
    parameters: Iterable[ParameterFact],
    template: Mapping[str, Any],
    source: str,
    labels: Sequence[str] = (),
) -> dict[str, Any] | None:
    """The `outcome` of an operation after that of a recorded one; None without any prompt.

    `labels` are those of the model's own sizes, none where it has another model's.
    """
    known = {fact.name: fact for fact in parameters}
    roles = {role: _played(role, known, template) for role in ROLES}
    if roles["prompt"] is None:
        return None
    made: dict[str, Any] = {"prompt": roles["prompt"]} if roles["prompt"] != "prompt" else {}
    if roles["count"] is not None:
        made["count"] = roles["count"]
    made |= _format(roles["format"], known)
    for role in ("quality", "lifetime"):
        if roles[role] is not None and _is_whole(known[roles[role] or ""]):
            made[role] = roles[role]
    made["carrier"] = _carrier(known, template.get("carrier", "url"))
    made["size"] = _size(roles, known, template.get("size", {}), labels)
    inputs = [name for name, fact in known.items() if fact.takes_picture]
    if inputs:
        made["inputs"] = inputs
    return {**made, "source": source}


def _played(
    role: str, known: Mapping[str, ParameterFact], template: Mapping[str, Any]
) -> str | None:
    """The parameter that plays a role: the recorded model's, or one of a usual name."""
    stated = template.get(role, template.get("size", {}).get(role, ()))
    own = [stated] if isinstance(stated, str) else list(stated) if isinstance(stated, list) else []
    for name in (*own, *ROLES[role]):
        if name in known:
            return name
    return None


def _is_whole(fact: ParameterFact) -> bool:
    return fact.schema.get("type") == "integer"


def _format(name: str | None, known: Mapping[str, ParameterFact]) -> dict[str, Any]:
    if name is None:
        return {}
    listed = [str(each) for each in known[name].schema.get("enum", ())]
    meant = {each: FORMATS[each.lower()] for each in listed if each.lower() in FORMATS}
    return {"format": name, "formats": meant} if meant else {}


def _carrier(known: Mapping[str, ParameterFact], stated: Any) -> Any:
    """How images travel: by the recorded model's parameter, or by one whose values say it."""
    if isinstance(stated, str):
        return stated
    if stated.get("when") in known:
        return stated
    for name, fact in known.items():
        listed = fact.schema.get("enum", ())
        meant = {str(v): CARRIERS[str(v).lower()] for v in listed if str(v).lower() in CARRIERS}
        if meant:
            return {"parameter": name, "values": meant, "else": stated["else"]}
    return stated["else"]


def _size(
    roles: Mapping[str, str | None],
    known: Mapping[str, ParameterFact],
    template: Mapping[str, Any],
    labels: Sequence[str],
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if roles["width"] and roles["height"]:
        made |= {"width": roles["width"], "height": roles["height"]}
    for role, form in (("size", _SIZE), ("ratio", _RATIO), ("tier", _TIER)):
        name = roles[role]
        if name is not None and _says(known[name], form):
            made[role] = name
    words = {word.strip("()") for label in labels for word in label.split()}
    kept = {key: template[key] for key in ("default_ratio", "default_tier") if key in template}
    return {**made, **{key: word for key, word in kept.items() if not words or word in words}}


def _says(fact: ParameterFact, form: re.Pattern[str]) -> bool:
    """Whether every value that a parameter takes is of a form."""
    listed = [*fact.schema.get("enum", ()), *([] if fact.default is ABSENT else [fact.default])]
    stated = {"size": _SIZE, "ratio": _RATIO, "tier": _TIER}.get(fact.schema.get("format", ""))
    if not fact.schema.get("enum") and stated is not form:
        return False
    return all(isinstance(each, str) and form.fullmatch(each) for each in listed)
