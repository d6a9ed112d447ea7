"""Path templates: matched and filled."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.paths import fill, match, stem, stem_at, template


@pytest.mark.parametrize(
    ("text", "path", "right"),
    [
        ("/v1/images", "/v1/images", {}),
        ("/v1/images", "/v1/images/", None),
        ("/v1.images", "/v1-images", None),
        ("/tasks/{id}", "/tasks/task_1", {"id": "task_1"}),
        ("/tasks/{id}", "/tasks/", None),
        ("/tasks/{id}", "/tasks/a/b", None),
        ("/tasks/{id}", "/tasks/a\n", {"id": "a\n"}),
        ("/{owner}/{app}/run", "/a/b.c/run", {"owner": "a", "app": "b.c"}),
        ("/{a}-{b}", "/x-y-z", {"a": "x-y", "b": "z"}),
        ("/{1st}/{1st}", "/a/b", {"1st": "b"}),
        ("/{}/{a b}", "/{}/{a b}", {}),
    ],
)
def test_a_template_matches_whole_paths(text: str, path: str, right: dict[str, str] | None) -> None:
    assert match(text, path) == right


def test_a_placeholder_matches_what_it_is_said_to() -> None:
    tasks = template("/{kind}/{id}", {"id": "(?:a|b)(c)"})

    assert tasks.names == ("kind", "id")
    assert tasks.match("/x/ac") == {"kind": "x", "id": "ac"}
    assert tasks.match("/x/cc") is None


@pytest.mark.parametrize(
    ("text", "values", "right"),
    [
        ("/tasks/{id}", {"id": "7", "other": "x"}, "/tasks/7"),
        ("/{a}/{b}/{a}", {"a": "1"}, "/1/{b}/1"),
        ("/{a}/{b}", {"a": "{b}", "b": "2"}, "/{b}/2"),
        ("/{a}", {"a": r"\1"}, r"/\1"),
    ],
)
def test_a_template_is_filled_once(text: str, values: dict[str, str], right: str) -> None:
    assert fill(text, values) == right


@pytest.mark.parametrize(
    ("path", "right"),
    [("/b/abc.png", "abc"), ("/abc", "abc"), ("abc.tar.gz", "abc"), ("/b/", ""), ("/a?b", "a?b")],
)
def test_a_stem_is_what_a_path_ends_with(path: str, right: str) -> None:
    assert stem(path) == right


@pytest.mark.parametrize("rest", ["", "?w=1/2.png", "#top/x", "?a#b", "#a?b"])
def test_the_stem_of_an_address_is_that_of_its_path(rest: str) -> None:
    assert stem_at(f"https://example.com/b/abc.png{rest}") == "abc"
