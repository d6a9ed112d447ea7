"""A contract file either loads or is refused with what to change; nothing else happens."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

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
from tests.contracts.loading.alterations import ALL, CASES, POINTER, REAL, Case, refused


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
