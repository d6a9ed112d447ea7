"""What is refused of the file that a provider's models share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from imagine_harness.contracts.loading.load import (
    ROOT,
    Recorded,
)
from imagine_harness.contracts.model import ContractError


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
