"""What is on record looked at together: which providers, whose contracts, which choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagine_harness.contracts.catalog import NotOnRecord, catalog, chosen, extended
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import contract, recorded

KNOWN = ("cloudflare", "fal", "lumenfall", "openai", "runware", "uniall", "xai")


def test_everything_on_record_is_there_with_and_without_a_mock() -> None:
    found = catalog()

    assert tuple(found.recorded) == KNOWN
    assert {each.provider for each in found.operations} == set(KNOWN)
    assert found.readings.keys() == found.choices.keys()
    assert found.contracts == ()


def test_only_the_providers_that_are_named_are_there() -> None:
    found = catalog(["fal"])

    assert tuple(found.recorded) == ("fal",)
    assert {key.partition(".")[0] for key in found.readings} == {"fal"}


def test_readings_have_their_defaults_or_refuse_or_are_as_one_says() -> None:
    default = catalog(["openai"]).choices
    strict = catalog(["openai"], strict=True).choices
    own = catalog(["openai"], own={"openai.n-limit": "none"}, strict=True).choices

    assert (default["openai.n-limit"], default["openai.unknown-model"]) == ("none", "not-found")
    assert (strict["openai.n-limit"], strict["openai.unknown-model"]) == ("ten", "not-found")
    assert own == {**strict, "openai.n-limit": "none"}


@pytest.mark.parametrize(
    ("providers", "own", "said"),
    [
        (["fall"], {}, f"no provider 'fall' is recorded, known: {', '.join(KNOWN)}"),
        (["openai"], {"openai.nope": "x"}, "no reading 'openai.nope', known: openai.json-edits, "),
        (
            ["openai"],
            {"openai.n-limit": "six"},
            "reading 'openai.n-limit' has no choice 'six', it has none, ten",
        ),
    ],
)
def test_what_is_not_on_record_is_refused_with_what_is(
    providers: list[str], own: dict[str, str], said: str
) -> None:
    with pytest.raises(NotOnRecord) as refused:
        catalog(providers, own=own)

    assert str(refused.value).startswith(said)


def test_ones_own_contracts_stand_behind_those_on_record_of_their_provider(tmp_path: Path) -> None:
    real = (load.ROOT / "fal" / "grok-imagine-image.toml").read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(f'provider = "fal"\n{real}', encoding="utf-8")
    mine = contract(file)

    assert extended("fal", [mine]).contracts == (*recorded("fal").contracts, mine)
    assert extended("xai", [mine]).contracts == recorded("xai").contracts
    assert catalog(["fal"], [mine]).contracts == (mine,)


def test_choices_are_of_the_readings_that_are_given() -> None:
    assert chosen({}, {}, strict=True) == {}
