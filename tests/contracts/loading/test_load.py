"""A contract file either loads or is refused with what to change; nothing else happens."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagine_harness.contracts.loading.load import (
    ROOT,
    Recorded,
    contract,
    mocked,
    names,
    provider,
    recorded,
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


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_a_refusal_names_the_file_the_key_and_what_would_be_right(
    case: Case, tmp_path: Path
) -> None:
    assert case.old in REAL
    text = REAL.replace(case.old, case.new, 1)
    file = tmp_path / "altered.toml"
    file.write_text(f'provider = "fal"\n{text}', encoding="utf-8")

    message = refused(file)

    assert str(file) in message
    for part in case.said.split(" .. "):
        assert part in message


@pytest.mark.parametrize(
    ("content", "said"),
    [(b'title = "\xff"\n', "is no TOML"), (b"#" * 1_000_001, "larger than 1000000 bytes")],
    ids=["not-utf-8", "too-large"],
)
def test_a_file_that_is_no_text_of_a_contract_is_refused(
    content: bytes, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "altered.toml"
    file.write_bytes(content)

    assert refused(file).startswith(f"{file}: ")
    assert said in refused(file)


def test_a_missing_file_and_a_folder_cannot_be_read(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.toml") == (
        f"{tmp_path / 'gone.toml'}: cannot be read: No such file or directory"
    )
    assert refused(tmp_path) == f"{tmp_path}: cannot be read: Is a directory"


def test_an_unknown_provider_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ContractError, match=r"no provider 'fall' .* did you mean 'fal'\?"):
        provider("fall")
    with pytest.raises(ContractError, match="known: cloudflare, fal, lumenfall"):
        provider("qqqq")


def test_sizes_that_lead_back_to_the_same_contract_are_refused(
    tmp_path: Path, load_from: Callable[[Path, str], Recorded]
) -> None:
    (tmp_path / "fal").mkdir()
    shared = (ROOT / "fal" / "provider.toml").read_text(encoding="utf-8")
    (tmp_path / "fal" / "provider.toml").write_text(shared, encoding="utf-8")
    looped = REAL.replace(POINTER, 'sizes = "fal/xai/grok-imagine-image"\n')
    (tmp_path / "fal" / "model.toml").write_text(looped, encoding="utf-8")

    with pytest.raises(ContractError, match=r"model\.toml: sizes: .*itself"):
        load_from(tmp_path, "fal")


@pytest.mark.parametrize("name", names())
def test_every_recorded_provider_loads(name: str) -> None:
    found = recorded(name)

    assert found.provider.name == name
    assert found.contracts
    assert found.readings.keys() >= found.provider.readings.keys()


def test_a_file_elsewhere_loads_and_lists_its_operations(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'provider = "fal"\n{REAL}', encoding="utf-8")

    found = contract(file)

    assert list(found.operations) == ["generate", "edit"]
    assert found.provider is provider("fal")
    assert found.models == ("xai/grok-imagine-image",)
    assert found.file == str(file)


def test_all_but_the_contracts_to_check_others_against_have_a_mock() -> None:
    assert set(names()) - set(mocked()) == {"openai"}


def test_names_of_models_take_the_place_of_those_on_record() -> None:
    stated = recorded("openai").contracts[0]
    named = contract(Path(stated.file), ("flux-2", "gpt-image-1"))

    assert (stated.models, stated.placeholder) == (("any-model",), True)
    assert (named.models, named.placeholder) == (("flux-2", "gpt-image-1"), False)
    for operation in named.operations.values():
        assert operation.parameters["model"].schema == {"enum": ["flux-2", "gpt-image-1"]}
        assert [r for r in operation.rules if r.statement.id.endswith(".model.enum")] == []


def test_a_provider_with_a_mock_must_say_where_it_is(
    tmp_path: Path, load_from: Callable[[Path, str], Recorded]
) -> None:
    (tmp_path / "openai").mkdir()
    shared = (ROOT / "openai" / "provider.toml").read_text(encoding="utf-8")
    said = shared.replace("mock     = false\n", "")
    (tmp_path / "openai" / "provider.toml").write_text(said, encoding="utf-8")

    with pytest.raises(ContractError, match=r'provider\.toml: the file: "gates" is a required'):
        load_from(tmp_path, "openai")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[media]\nhost = "a"\npath = "/{name}.{extension}"\npublic = true\n', "media: .*source"),
        (
            '[operation.media]\nmethod = "GET"\npath = "/a"\nsource = "ours#a"\n',
            "operation: .*media",
        ),
    ],
)
def test_what_is_said_of_pictures_has_a_source_and_no_operation_has_their_name(
    more: str, said: str, tmp_path: Path, load_from: Callable[[Path, str], Recorded]
) -> None:
    (tmp_path / "openai").mkdir()
    shared = (ROOT / "openai" / "provider.toml").read_text(encoding="utf-8")
    (tmp_path / "openai" / "provider.toml").write_text(f"{shared}\n{more}", encoding="utf-8")

    with pytest.raises(ContractError, match=rf"provider\.toml: {said}"):
        load_from(tmp_path, "openai")


@pytest.mark.parametrize(
    "form",
    [r"(?=k)\S+", r"(?!none)\S+", r"(?<=k)\S+", r"(?<!k)\S+", r"(a|b)\1", r"(?P<k>a)(?P=k)", "("],
)
def test_a_pattern_that_needs_backtracking_is_refused(
    form: str, tmp_path: Path, load_from: Callable[[Path, str], Recorded]
) -> None:
    (tmp_path / "openai").mkdir()
    shared = (ROOT / "openai" / "provider.toml").read_text(encoding="utf-8")
    said = shared.replace(r"form     = '\S+'", f"form = '{form}'")
    (tmp_path / "openai" / "provider.toml").write_text(said, encoding="utf-8")

    with pytest.raises(ContractError) as refused:
        load_from(tmp_path, "openai")

    told = str(refused.value)
    assert f"provider.toml: credential.form: {form!r} " in told
    assert "expected a regular expression without lookaround and backreferences" in told


TOKENS = (r'"[^"\n]*"', r"(?<== )[\w.-]+", r"^[\w.-]+", r"[\[\]{}=,]", r"^.*\n")
ODD = ('""', "0", "-1", "1.5", "nan", "inf", "[]", "{}", "true", "2026-11-21", "10:00:00", "[[1]]")


def altered(draw: st.DrawFn, text: str) -> str:
    """The text with one token or line deleted, doubled, or replaced by another of its kind."""
    kind = draw(st.sampled_from(TOKENS))
    found = list(re.finditer(kind, text, re.M))
    if not found:
        return text
    chosen = draw(st.sampled_from(found))
    kin = list(dict.fromkeys(each[0] for each in found))
    other = st.sampled_from(kin) | st.sampled_from(("", chosen[0] * 2, *ODD))
    return text[: chosen.start()] + draw(other) + text[chosen.end() :]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    where = draw(st.sampled_from(sorted(ALL)))
    text = ALL[where]
    for _ in range(draw(st.integers(1, 2))):
        text = altered(draw, text)
    return where.partition("/")[0], text


@settings(derandomize=True, deadline=None, max_examples=150)
@given(texts())
def test_an_altered_contract_loads_or_is_refused_and_nothing_else(case: tuple[str, str]) -> None:
    name, text = case
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "altered.toml"
        file.write_text(f'provider = "{name}"\n{text}', encoding="utf-8")
        with suppress(ContractError):
            assert contract(file).operations
