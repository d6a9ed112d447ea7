"""Alterations of a real contract, each with what its refusal must say."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from imagine_harness.contracts.loading.load import (
    ROOT,
    contract,
    names,
)
from imagine_harness.contracts.model import ContractError

REAL = (ROOT / "fal" / "grok-imagine-image.toml").read_text(encoding="utf-8")
ALL = {
    f"{file.parent.name}/{file.name}": file.read_text(encoding="utf-8")
    for name in names()
    for file in sorted((ROOT / name).glob("*.toml"))
    if file.name != "provider.toml"
}
RULE = '[[operation.generate.rule]]\nid = "new"\nsource = "page#Rules"\n'
OUTCOME = "[operation.generate.outcome]"
READING = (
    '[[reading]]\nid = "mine"\nchoices = ["one", "two"]\ndefault = "one"\n'
    'source = "page#Rules"\nnote = "Two sources."\n'
)
POINTER = 'sizes    = "xai/grok-imagine-image"\n'
LABELS = 'labels = ["1k (1:1)", "2k (1:1)"]\n'
SCALED = 'scaled."4k" = { from = "2k", side = 4096, most = 2,'
PIXELS = '[sizes]\nsource = "page#Sizes"\nrows = [[1, 1], [2, 2]]\n'


class Case(NamedTuple):
    """One alteration of the real contract, and what its refusal must say, parted by `..`."""

    title: str
    old: str
    new: str
    said: str


def ruled(title: str, lines: str, said: str) -> Case:
    """A rule more of the operation `generate`."""
    return Case(
        title, OUTCOME, f"{RULE}{lines}\n{OUTCOME}", f"operation.generate .. 'new' .. {said}"
    )


def read(title: str, lines: str, said: str) -> Case:
    """A reading more."""
    return Case(title, "[operation.edit]", f"{lines}[operation.edit]", f"reading {said}")


def sized(title: str, lines: str, said: str) -> Case:
    """Sizes of the contract's own."""
    return Case(title, POINTER, f"{PIXELS}{lines}\n", f"sizes .. {said}")


CASES = (
    Case("top-level-key", "title ", "titel ", "'titel' .. did you mean 'title'?"),
    Case("strange-key", "title ", "qqqqq ", "'qqqqq' .. known are documents, model"),
    Case("operation-key", "summary  =", "sumary =", "'sumary' .. did you mean 'summary'?"),
    Case(
        "parameter-key",
        "maximum = 4",
        "maximun = 4",
        "operation.generate.parameters.num_images: .. 'maximun' .. did you mean 'maximum'?",
    ),
    Case("outcome-key", "count   =", "coumt =", "outcome: .. 'coumt' .. did you mean 'count'?"),
    Case("outcome-lacks-key", "carrier =", "carier =", "operation.generate.outcome: .. carrier"),
    Case("carrier-key", "then =", "than =", "operation.generate.outcome.carrier: .. than"),
    Case(
        "rule-key",
        OUTCOME,
        f"{RULE}type = 'closed'\ngroup = []\n{OUTCOME}",
        "'group' .. mean 'groups'?",
    ),
    Case("wrong-type", "minimum = 1", 'minimum = "1"', 'num_images.minimum: .. "1" .. "number"'),
    Case("a-time", "recorded = 2026-11-21", "recorded = 10:00:00", "recorded .. 10:00:00"),
    Case("no-such-day", "= 2026-11-21\ns", '= "2026-13-41"\ns', "recorded .. 2026-13-41"),
    Case("huge-number", "maximum = 4", f"maximum = {'9' * 5000}", "TOML"),
    Case("no-toml", "[documents.page]", "[documents.page", "TOML .. line"),
    Case("rule-type", '"closed"', '"close"', "generate.rule.0.type: .. close .. closed"),
    ruled(
        "rule-of-unknown-parameter",
        'type = "one_of"\ngroups = ["promt"]',
        "'promt' .. did you mean 'prompt'?",
    ),
    ruled("rule-lacks-key", 'type = "nearest"\nfield = "resolution"', "nearest needs .. 'listed'"),
    ruled("spare-key", 'type = "closed"\nfield = "prompt"', "has no key 'field' .. it has"),
    ruled(
        "keyword-stated-twice",
        'type = "constraint"\nfield = "num_images"\nschema = { maximum = 3 }',
        "num_images has a maximum already",
    ),
    ruled(
        "row-of-wrong-length",
        'type = "table"\nfields = ["num_images", "prompt"]\nrows = [[1, 2], [1]]',
        "row [1] has 1 values, expected 2",
    ),
    ruled(
        "labels-of-wrong-count",
        'type = "table"\nfields = ["num_images"]\nrows = [[1], [2]]\nlabels = ["a"]',
        "1 labels for 2 rows",
    ),
    Case(
        "repeated-rule",
        OUTCOME,
        f'{RULE.replace("new", "size")}type = "precedence"\ngroups = ["prompt"]\n' * 2 + OUTCOME,
        "operation.generate: .. 'fal.generate.size' .. twice",
    ),
    Case(
        "refusing-rule-without-reading",
        'reading = "undeclared-keys"\nchoice  = "refused"\n',
        "",
        "operation.generate: .. 'fal.generate.undeclared' .. observed .. expected a reading",
    ),
    Case(
        "unknown-reading",
        '"undeclared-keys"',
        '"undeclared-key"',
        "generate.undeclared: .. no reading 'undeclared-key'",
    ),
    Case("unknown-choice", '"refused"', '"refuse"', "choice 'refuse' .. ignored, refused"),
    read("repeated-reading", READING * 2, "'mine' .. twice"),
    read(
        "reading-of-provider", READING.replace("mine", "undeclared-keys"), "'undeclared-keys' .. tw"
    ),
    read("default", READING.replace('= "one"', '= "three"'), "'mine' .. 'three' .. one, two"),
    Case(
        "unknown-document",
        '"page#Grok',
        '"pages#Grok',
        "generate: .. 'pages#Grok Imagine Image > Input Schema' .. known: submit .. page",
    ),
    Case(
        "unknown-format",
        'type = "string"',
        'type = "string", format = "uuid5"',
        "operation.generate.parameters.prompt: .. 'uuid5' .. known: uuid4",
    ),
    Case(
        "unknown-format-of-items",
        '"image-url"',
        '"image-uri"',
        "operation.edit.parameters.image_urls .. 'image-uri' .. image-url",
    ),
    Case(
        "enum-beside-type",
        'enum = ["1k", "2k"]',
        'type = "string", enum = ["1k", "2k"]',
        "operation.generate.parameters.resolution: .. expected no type",
    ),
    Case("required", '= ["prompt"]', '= ["promt"]', "generate.required: .. 'promt' .. prompt"),
    Case("count", '= "num_images"', '= "num_image"', "outcome: .. 'num_image' .. num_images"),
    Case("carrier", '= "sync_mode"', '= "sync_mod"', "outcome: .. 'sync_mod' .. sync_mode"),
    Case("answer", '"images[].url", "r', '"image[].url", "r', "generate.answer .. image[].url"),
    Case("like", "[operation.edit]", '[operation.edit]\nlike = "make"', "edit.like: .. 'make'"),
    Case("sizes-model", POINTER, 'sizes = "xai/grok"\n', "sizes: .. 'grok' of 'xai'"),
    Case("sizes-provider", POINTER, 'sizes = "xia/grok"\n', "sizes: .. 'xia' .. 'xai'?"),
    sized("label-of-another-form", 'labels = ["1k (1:1)", "2k 1:1"]', "'2k 1:1' .. TIER (RATIO)"),
    sized("too-few-labels", 'labels = ["1k (1:1)"]', "1 labels for 2 rows"),
    sized("scaled-to-no-multiple", f"{LABELS}{SCALED} multiple = 0 }}", "multiple"),
)


def refused(file: Path) -> str:
    with pytest.raises(ContractError) as caught:
        contract(file)
    return str(caught.value)
