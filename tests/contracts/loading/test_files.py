"""Files that are no text of a contract, or none at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.loading.alterations import refused


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
