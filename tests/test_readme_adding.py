"""What the READMEs say of adding something, done in a copy of the project as they say it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import additions
from tests.readme import CONTRACTS, PROGRAM, ROOT, SUITES, TOP, Readme, named


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project, of which whatever runs in its folder uses the code."""
    folder = tmp_path / "copy"
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist")
    shutil.copytree(ROOT, folder, ignore=ignored)
    shutil.copytree(ROOT / ".src", folder / ".src", symlinks=True)
    return folder


CASES = [f"cases/{name}.py" for name in ("client", "server", "gateway")]


def said(folder: Path, *words: str) -> str:
    """What Python prints in a folder, which must go well."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / ".src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ran(folder: Path, command: str) -> str:
    """What a command of the copy's program prints."""
    return said(folder, "-c", PROGRAM, *command.removeprefix("imagine-harness ").split())


def checked(folder: Path, *words: str) -> str:
    """The last line of what the copy's own tests say."""
    return said(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words).splitlines()[-1]


def paths(readme: Readme, title: str) -> set[str]:
    """The files that the steps of a list name."""
    steps = re.findall(r"^\d+\. (.*?)(?=^\d+\. |^\n|\Z)", readme.section(title), re.M | re.S)
    words = [word for step in steps for word in named(" ".join(step.split()))]
    return {word for word in words if re.fullmatch(r"[\w/<>.-]+\.(toml|py|md|json)", word)}


def put(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def changed(folder: Path, path: str, old: str, new: str) -> None:
    """Put `new` in the place of `old`, which stands in the file."""
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    put(folder, path, text.replace(old, new, 1))


def test_a_provider_is_added_by_the_files_of_the_list(copy: Path) -> None:
    listed = {"README.md", "pyproject.toml", "tests/test_house.py"}
    for path, text in additions.PROVIDER.items():
        name = path.replace("<provider>", "nimbus").replace("<model>", "cloud-1")
        put(copy, name.replace("<name>", "generate"), text)
    row = "| nimbus | generate | `/nimbus/v1` |\n"
    changed(copy, "README.md", "| runware |", f"{row}| runware |")
    changed(copy, "README.md", "fal, Lumenfall", "fal, Nimbus, Lumenfall")
    [independent] = re.findall(r'"[\w.]*mocks\.fal",', (copy / "pyproject.toml").read_text("utf-8"))
    own = independent.replace("fal", "nimbus")
    changed(copy, "pyproject.toml", independent, f"{independent} {own}")
    changed(
        copy, "tests/test_house.py", '"lumenfall", "runware"', '"lumenfall", "nimbus", "runware"'
    )

    assert paths(CONTRACTS, "How to add a provider") == {*additions.PROVIDER} | listed
    assert "nimbus.generate.count.maximum" in ran(copy, "imagine-harness list nimbus")
    explained = ran(copy, "imagine-harness explain nimbus.generate.count.maximum")
    assert 'answer      400 {"error": "violation: ' in explained
    files = ("tests/test_house.py", "tests/test_readme.py", "tests/mocks/test_exchanges.py")
    picked = "nimbus or folders_of_mocks or imports_go_down or names_no_provider or is_on_record"
    assert " passed" in checked(copy, *files, "-k", picked)


def test_a_model_is_added_by_the_files_and_the_command_of_the_list(copy: Path) -> None:
    shutil.copy(ROOT / "fixtures" / "pages" / "fal" / "flux-dev.md", copy / "page.md")
    section = " ".join(CONTRACTS.section("How to add a model").split())
    record, drift = (
        command.replace("<provider>", "fal").replace("<model>", "flux-dev")
        for command in re.findall(r"`(imagine-harness .+?)`", section)
    )
    ran(copy, record)
    recorded = re.findall(
        r"^recorded = (.+)$", (copy / "contracts" / "fal" / "flux-dev.toml").read_text(), re.M
    )
    changed(copy, "contracts/fal/CHANGES.md", "\n## ", f"\n## {recorded[0]}\n\nflux-dev.\n\n## ")

    assert paths(CONTRACTS, "How to add a model") == {"contracts/<provider>/CHANGES.md"}
    rows = json.loads(ran(copy, "imagine-harness list --json"))
    assert [row["call"] for row in rows if "flux/dev" in row["model"]]
    assert "no drift" in ran(copy, drift)
    assert " passed" in checked(copy, "tests/test_house.py", "-k", "fal and not lumenfall")


def test_a_rule_is_added_by_the_files_of_the_list(copy: Path) -> None:
    model = "contracts/fal/grok-imagine-image.toml"
    put(copy, model, (copy / model).read_text(encoding="utf-8") + additions.RULE)

    assert paths(CONTRACTS, "How to add a rule") == {
        "contracts/<provider>/<model>.toml",
        "contracts/<provider>/CHANGES.md",
    }
    explained = ran(copy, "imagine-harness explain fal.generate.ratio-of-two-k")
    assert '"resolution": "2k"' in explained.partition("illegal")[2].partition("\n")[0]
    assert "answer      422 " in explained
    picked = "fal and not lumenfall and (generate or share_an_id)"
    assert " passed" in checked(copy, "tests/contracts/test_recorded_rules.py", "-k", picked)


def test_a_promise_is_added_by_the_files_of_the_list(copy: Path) -> None:
    room = "harness/suites"
    before = 'yield item("keeps-secret"'
    words = (copy / room / "promises.toml").read_text(encoding="utf-8")
    put(copy, f"{room}/promises.toml", words + additions.PROMISE_WORDS)
    changed(
        copy, f"{room}/cases/client.py", f"    {before}", f"{additions.PROMISE_CASE}    {before}"
    )
    family = f"{room}/promises/conformance.py"
    code = (copy / family).read_text(encoding="utf-8")
    put(copy, family, code + additions.PROMISE_CHECK)
    bugs = (copy / "fixtures" / "bugs" / "clients.toml").read_text(encoding="utf-8")
    put(copy, "fixtures/bugs/clients.toml", bugs + additions.PROMISE_BUG)
    changed(
        copy,
        f"{room}/README.md",
        "| `server.accepts` |",
        f"{additions.PROMISE_ROW}| `server.accepts` |",
    )
    [program] = re.findall(r'`python -c "(.+?)"`', SUITES.section("How to add a promise"))
    text = (copy / room / "README.md").read_text(encoding="utf-8")
    begin, end = "<!-- kill matrix -->\n", "<!-- end of kill matrix -->"
    put(
        copy,
        f"{room}/README.md",
        re.sub(rf"(?<={begin}).*(?={end})", lambda _: said(copy, "-c", program), text, flags=re.S),
    )

    assert paths(SUITES, "How to add a promise") == {
        *(f"{room}/{name}" for name in ("promises.toml", "promises/<family>.py", *CASES)),
        *(f"fixtures/bugs/{name}.toml" for name in ("clients", "servers", "gateways")),
        f"{room}/README.md",
    }
    assert "client.asks-once" in ran(copy, "imagine-harness list fal --promises")
    suites = "tests/harness/suites"
    files = [f"{suites}/test_{name}.py" for name in ("registry", "matrix")]
    files.append(f"{suites}/cases/test_client.py")
    picked = "asks-once or asked-twice or test_matrix or promises_are"
    assert " passed" in checked(copy, *files, "tests/test_readme_checks.py", "-k", picked)


def test_a_report_format_is_added_by_the_files_of_the_list(copy: Path) -> None:
    put(copy, "harness/reports/counts.py", additions.FORMAT_MODULE)
    changed(
        copy,
        "harness/reports/formats.py",
        '        "junit":',
        f'{additions.FORMAT_ROW}        "junit":',
    )
    changed(copy, "harness/suites/README.md", "`junit`; `github`", "`junit`, `counts`; `github`")
    mixed = copy / "fixtures" / "recordings" / "kinds" / "mixed"
    ran(copy, f"imagine-harness judge {mixed} --report counts=counts.txt")

    assert paths(SUITES, "How to add a report format") == {
        *("harness/reports/<format>.py", "harness/reports/formats.py", "harness/suites/README.md")
    }
    assert "kept" in (copy / "counts.txt").read_text(encoding="utf-8")
    assert " passed" in checked(copy, "tests/test_readme_checks.py", "-k", "formats_of_reports")


def test_everything_that_the_first_page_tells_how_to_add_has_a_list() -> None:
    titles = re.findall(r"#how-to-add-an?-([\w-]+)\)", TOP.text)

    assert titles == ["provider", "model", "rule", "rule-type", "promise", "report-format"]
