"""What the READMEs say of adding something, done in a copy of the project as they say it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import additions
from tests.readme import CONTRACTS, ROOT, SUITES, TOP, Readme, named

SEVERAL = """
import io, json, sys
from contextlib import redirect_stdout
from imagine_harness.harness.cli import command_line

def answer(words):
    with redirect_stdout(io.StringIO()) as printed:
        code = exec(words[1]) if words[0] == "python" else command_line(words)
    return int(code or 0), printed.getvalue()

json.dump([answer(words) for words in json.load(sys.stdin)], sys.stdout)
"""
"""Runs several commands in one process: what each costs is mostly what is imported for it."""

CASES = [f"cases/{name}.py" for name in ("client", "server", "gateway")]

PICKED = {
    "provider": (
        "nimbus or folders_of_mocks or imports_go_down or names_no_provider or is_on_record",
        *("tests/test_house.py", "tests/test_readme.py", "tests/mocks/test_exchanges.py"),
    ),
    "model": ("fal and not lumenfall", "tests/test_house.py"),
    "rule": (
        "fal and not lumenfall and (generate or share_an_id)",
        "tests/contracts/test_recorded_rules.py",
    ),
    "promise": (
        "asks-once or asked-twice or test_matrix or promises_are",
        *(f"tests/harness/suites/test_{name}.py" for name in ("registry", "matrix")),
        *("tests/harness/suites/cases/test_client.py", "tests/test_readme_checks.py"),
    ),
    "report format": ("formats_of_reports", "tests/test_readme_checks.py"),
}
"""Which of the copy's own tests are asked by what is added, and where they stand."""


class Copy:
    """A copy of the project, in which something is added."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist")
        shutil.copytree(ROOT, folder, ignore=ignored)
        shutil.copytree(ROOT / ".src", folder / ".src", symlinks=True)

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def put(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        self.put(path, self.text(path) + text)

    def change(self, path: str, old: str, new: str) -> None:
        """Put `new` in the place of `old`, which stands in the file."""
        assert old in self.text(path)
        self.put(path, self.text(path).replace(old, new, 1))

    def run(self, *words: str, standard_input: str = "") -> str:
        """What Python prints in the copy, of which it uses the code; it must go well."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder / ".src")},
            input=standard_input,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answers(self, *commands: Sequence[str]) -> list[str]:
        """What each of some commands prints, which must go well."""
        answers = json.loads(self.run("-c", SEVERAL, standard_input=json.dumps(commands)))
        failed = [pair for pair in zip(commands, answers, strict=True) if pair[1][0]]
        assert failed == []
        return [text for _, text in answers]


def paths(readme: Readme, title: str) -> set[str]:
    """The files that the steps of a list name."""
    steps = re.findall(r"^\d+\. (.*?)(?=^\d+\. |^\n|\Z)", readme.section(title), re.M | re.S)
    words = [word for step in steps for word in named(" ".join(step.split()))]
    return {word for word in words if re.fullmatch(r"[\w/<>.-]+\.(toml|py|md|json)", word)}


def model_commands() -> list[list[str]]:
    """The commands by which a model is drafted and looked at, in the words of the list."""
    section = " ".join(CONTRACTS.section("How to add a model").split())
    return [
        shlex.split(command.replace("<provider>", "fal").replace("<model>", "flux-dev"))
        for command in re.findall(r"`(imagine-harness .+?)`", section)
    ]


def add_provider(copy: Copy) -> None:
    for path, text in additions.PROVIDER.items():
        name = path.replace("<provider>", "nimbus").replace("<model>", "cloud-1")
        copy.put(name.replace("<name>", "generate"), text)
    row = "| nimbus | generate | `/nimbus/v1` |\n"
    copy.change("README.md", "| runware |", f"{row}| runware |")
    copy.change("README.md", "fal, Lumenfall", "fal, Nimbus, Lumenfall")
    [independent] = re.findall(r'"[\w.]*mocks\.fal",', copy.text("pyproject.toml"))
    own = independent.replace("fal", "nimbus")
    copy.change("pyproject.toml", independent, f"{independent} {own}")
    copy.change("tests/test_house.py", '"lumenfall", "runware"', '"lumenfall", "nimbus", "runware"')


def add_promise(copy: Copy) -> None:
    room, before = "harness/suites", 'yield item("keeps-secret"'
    copy.append(f"{room}/promises.toml", additions.PROMISE_WORDS)
    copy.change(f"{room}/cases/client.py", f"    {before}", f"{additions.PROMISE_CASE}    {before}")
    copy.append(f"{room}/promises/conformance.py", additions.PROMISE_CHECK)
    copy.append("fixtures/bugs/clients.toml", additions.PROMISE_BUG)
    row = "| `server.accepts` |"
    copy.change(f"{room}/README.md", row, f"{additions.PROMISE_ROW}{row}")


def add_format(copy: Copy) -> None:
    copy.put("harness/reports/counts.py", additions.FORMAT_MODULE)
    row = '        "junit":'
    copy.change("harness/reports/formats.py", row, f"{additions.FORMAT_ROW}{row}")
    copy.change("harness/suites/README.md", "`junit`; `github`", "`junit`, `counts`; `github`")


def finish(copy: Copy) -> None:
    """Take the steps that are commands: the draft of a model, and the table of bugs."""
    shutil.copy(ROOT / "fixtures" / "pages" / "fal" / "flux-dev.md", copy.folder / "page.md")
    [program] = re.findall(r'`python -c "(.+?)"`', SUITES.section("How to add a promise"))
    _, table = copy.answers(model_commands()[0][1:], ["python", program])
    [day] = re.findall(r"^recorded = (.+)$", copy.text("contracts/fal/flux-dev.toml"), re.M)
    copy.change("contracts/fal/CHANGES.md", "\n## ", f"\n## {day}\n\nflux-dev.\n\n## ")
    begin, end = "<!-- kill matrix -->\n", "<!-- end of kill matrix -->"
    page = copy.text("harness/suites/README.md")
    page = re.sub(rf"(?<={begin}).*(?={end})", lambda _: table, page, flags=re.S)
    copy.put("harness/suites/README.md", page)


COMMANDS = {
    "provider": "imagine-harness list nimbus",
    "its rule": "imagine-harness explain nimbus.generate.count.maximum",
    "model": "imagine-harness list --json",
    "rule": "imagine-harness explain fal.generate.ratio-of-two-k",
    "promise": "imagine-harness list fal --promises",
    "report format": "imagine-harness judge fixtures/recordings/kinds/mixed --report counts=counts",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy to which everything is added that has a list, but for a rule type."""
    made = Copy(tmp_path_factory.mktemp("adding") / "copy")
    add_provider(made)
    made.append("contracts/fal/grok-imagine-image.toml", additions.RULE)
    add_promise(made)
    add_format(made)
    finish(made)
    return made


@pytest.fixture(scope="module")
def printed(copy: Copy) -> dict[str, str]:
    """What the copy's program prints, by what is looked at."""
    shown = {**COMMANDS, "drift": shlex.join(model_commands()[1])}
    answers = copy.answers(*(shlex.split(command)[1:] for command in shown.values()))
    return dict(zip(shown, answers, strict=True))


@pytest.fixture(scope="module")
def passed(copy: Copy) -> str:
    """The copy's own tests that have passed, of those that are about what is added."""
    places = [
        f"({Path(file).name} and ({words}))" for words, *files in PICKED.values() for file in files
    ]
    files = dict.fromkeys(file for _, *files in PICKED.values() for file in files)
    options = ("-q", "-rp", "-p", "no:cacheprovider", "-k", " or ".join(places))
    return copy.run("-m", "pytest", *options, *files)


@pytest.mark.parametrize("added", PICKED)
def test_the_copys_own_tests_pass_with_what_is_added(added: str, passed: str) -> None:
    _, *files = PICKED[added]

    assert [file for file in files if f"PASSED {file}::" not in passed] == []


def test_a_provider_is_added_by_the_files_of_the_list(printed: dict[str, str]) -> None:
    listed = {"README.md", "pyproject.toml", "tests/test_house.py"}

    assert paths(CONTRACTS, "How to add a provider") == {*additions.PROVIDER} | listed
    assert "nimbus.generate.count.maximum" in printed["provider"]
    assert 'answer      400 {"error": "violation: ' in printed["its rule"]


def test_a_model_is_added_by_the_files_and_the_command_of_the_list(printed: dict[str, str]) -> None:
    assert paths(CONTRACTS, "How to add a model") == {"contracts/<provider>/CHANGES.md"}
    assert [row for row in json.loads(printed["model"]) if "flux/dev" in row["model"]]
    assert "no drift" in printed["drift"]


def test_a_rule_is_added_by_the_files_of_the_list(printed: dict[str, str]) -> None:
    assert paths(CONTRACTS, "How to add a rule") == {
        "contracts/<provider>/<model>.toml",
        "contracts/<provider>/CHANGES.md",
    }
    illegal = printed["rule"].partition("illegal")[2]
    assert '"resolution": "2k"' in illegal.partition("\n")[0]
    assert "answer      422 " in illegal


def test_a_promise_is_added_by_the_files_of_the_list(printed: dict[str, str]) -> None:
    room = "harness/suites"

    assert paths(SUITES, "How to add a promise") == {
        *(f"{room}/{name}" for name in ("promises.toml", "promises/<family>.py", *CASES)),
        *(f"fixtures/bugs/{name}.toml" for name in ("clients", "servers", "gateways")),
        f"{room}/README.md",
    }
    assert "client.asks-once" in printed["promise"]


def test_a_report_format_is_added_by_the_files_of_the_list(
    copy: Copy, printed: dict[str, str]
) -> None:
    assert paths(SUITES, "How to add a report format") == {
        *("harness/reports/<format>.py", "harness/reports/formats.py", "harness/suites/README.md")
    }
    assert printed["report format"]
    assert "kept" in copy.text("counts")


def test_everything_that_the_first_page_tells_how_to_add_has_a_list() -> None:
    titles = re.findall(r"#how-to-add-an?-([\w-]+)\)", TOP.text)

    assert titles == ["provider", "model", "rule", "rule-type", "promise", "report-format"]
