"""The READMEs together: their links and paths lead somewhere, their commands can be given."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from imagine_harness.harness.cli import imagine_harness
from tests.readme import EVERY, ROOT, TOP, Readme, named

every_readme = pytest.mark.parametrize("readme", EVERY, ids=lambda each: each.path)
every_room = pytest.mark.parametrize("readme", EVERY[1:], ids=lambda each: each.path)


def anchor(title: str) -> str:
    """What a heading is linked to by, as GitHub spells it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def sections(readme: Readme) -> list[str]:
    return [anchor(title) for title in re.findall(r"^## (.+)$", readme.sentences, re.M)]


@every_readme
def test_every_link_leads_to_a_file_and_a_section(readme: Readme) -> None:
    here = ROOT / readme.path
    known = {ROOT / each.path: sections(each) for each in EVERY}
    links = re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", readme.text)
    lost = []
    for path, title in links:
        file = (here.parent / path).resolve() if path else here
        if not file.is_file() or (title and title not in known[file]):
            lost.append(f"{path}#{title}")

    assert links
    assert lost == []


@every_room
def test_a_room_lists_its_sections_at_the_top(readme: Readme) -> None:
    head, *_ = readme.text.partition("\n## ")

    assert re.findall(r"\(#([^)]+)\)", head) == sections(readme)


@every_room
def test_a_room_is_linked_from_the_first_page(readme: Readme) -> None:
    assert f"]({readme.path}" in TOP.text


@every_readme
def test_every_path_that_is_named_exists(readme: Readme) -> None:
    floors = ("contracts/", "mocks/", "harness/", "tests/", "fixtures/")
    words = [word for text in named(readme.sentences) for word in text.split()]
    paths = [word for word in words if word.startswith(floors) and not {*"<*"} & {*word}]

    assert [path for path in paths if not (ROOT / path).exists()] == []


def options(of: click.Command) -> set[str]:
    """What a command, or any command of a group, can be given."""
    found = {name for each in of.params for name in each.opts}
    if isinstance(of, click.Group):
        context = click.Context(of)
        for name in of.list_commands(context):
            command = of.get_command(context, name)
            assert command is not None
            found |= options(command)
    return found


OF_OTHERS = {
    *("-k", "-n", "--junitxml", "--lf"),  # of pytest
    *(
        "-c",
        "-m",
        "--harness-report",
        "--harness-waive",
    ),  # of Python, and of pytest with the plugin
    *("-rn", "-Dhttps.proxyHost"),  # of unshare and of Java
}


@every_readme
def test_every_option_that_is_named_exists(readme: Readme) -> None:
    words = [word for text in named(readme.sentences) for word in re.split(r"[\s=]+", text)]
    given = {word for word in words if re.match(r"--?[A-Za-z]", word)}

    assert given <= options(imagine_harness) | OF_OTHERS


@pytest.mark.parametrize("option", ["--harness-report", "--harness-waive"])
def test_the_options_of_the_plugin_exist(option: str, pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getoption(option) is not None


def test_no_example_in_python_goes_untried() -> None:
    """Whoever adds one adds its run, in the tests of that README, and counts it here."""
    found = {readme.path: len(readme.blocks("python")) for readme in EVERY}

    assert found == {
        "README.md": 2,
        "contracts/README.md": 1,
        "mocks/README.md": 2,
        "harness/suites/README.md": 3,
        "harness/intercept/README.md": 1,
    }


def commands() -> list[str]:
    """The command lines of the program that are shown, from its name on."""
    lines = [
        line
        for readme in EVERY
        for block in readme.blocks("console")
        for line in block.splitlines()
        if line.startswith("$ ") and "imagine-harness" in line
    ]
    return sorted({line[line.index("imagine-harness") :] for line in lines})


@pytest.mark.parametrize("command", commands())
def test_every_command_that_is_shown_has_the_options_that_it_is_shown_with(command: str) -> None:
    _, *words = shlex.split(command.partition(" -- ")[0].partition(" | ")[0])
    found: click.Command | None = imagine_harness
    while isinstance(found, click.Group):
        found = found.get_command(click.Context(found), words.pop(0))
    assert found is not None
    known = {name for each in found.params for name in each.opts} | {"-"}
    given = {word.partition("=")[0] for word in words if word.startswith("-")}

    assert given <= known
