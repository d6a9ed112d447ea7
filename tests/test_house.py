"""The plan of the house: where things are, what they are called, and that each is used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import grimp
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.cli import VERBS
from imagine_harness.mocks.dialect import Dialect
from tests.mirrors import NO_MIRROR

ROOT = Path(__file__).parents[1]
FLOORS = ("contracts", "mocks", "harness")
CODE = sorted(
    file
    for folder in (*FLOORS, "tests")
    for file in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in file.parts
)
PROVIDERS = load.names()
MOCKED = load.mocked()
ENGINE = [
    file
    for file in CODE
    if file.relative_to(ROOT).parts[0] in ("contracts", "mocks")
    and file.parent.name not in PROVIDERS
]
SUITES = [
    file for file in CODE if file.is_relative_to(ROOT / "harness") and "readers" not in file.parts
]
SAID = re.compile(r"\bfal\.(?:generate|media|validation-style)\b|\bopenai\b", re.I)
"""What help texts may say: names for an example, and the API that many providers speak."""


def relative(files: list[Path]) -> list[str]:
    return [str(file.relative_to(ROOT)) for file in files]


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Every node of a file: it is walked once for all that the house is asked."""
    return tuple(ast.walk(tree(file)))


@cache
def spoken(file: Path) -> tuple[str, ...]:
    """Every text that a file uses; docstrings and other bare texts are prose."""
    prose = {id(node.value) for node in nodes(file) if isinstance(node, ast.Expr)}
    constants = [node for node in nodes(file) if isinstance(node, ast.Constant)]
    return tuple(
        node.value for node in constants if isinstance(node.value, str) and id(node) not in prose
    )


def operations(recorded: Recorded) -> Iterator[Operation]:
    yield from recorded.operations


def test_the_top_level_holds_the_planned_entries_and_no_others() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so that nothing says which files are ours")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    tops = {name.partition("/")[0] for name in listed}

    assert {name for name in tops if not name.startswith(".")} == {
        *("pyproject.toml", "README.md"),
        *("harness", "mocks", "contracts", "tests", "fixtures"),
    }


def test_fixtures_are_data_but_for_the_clients_and_programs_that_are_checked() -> None:
    code = {file.parent for file in (ROOT / "fixtures").rglob("*.py")}

    assert code == {ROOT / "fixtures" / "clients", ROOT / "fixtures" / "programs"}
    assert list((ROOT / "fixtures").rglob("__init__.py")) == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_on_record_is_a_folder_of_contracts_and_their_changes(provider: str) -> None:
    found = {file.name for file in (ROOT / "contracts" / provider).iterdir()}
    models = {name for name in found - {"provider.toml"} if name.endswith(".toml")}

    assert found - models - {"demo.json"} == {"provider.toml", "CHANGES.md"}
    assert len(models) == len(load.recorded(provider).contracts) >= 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_changes_of_a_provider_begin_with_the_recording_of_its_contracts(provider: str) -> None:
    text = (ROOT / "contracts" / provider / "CHANGES.md").read_text(encoding="utf-8")
    dates = re.findall(r"^## (\d{4}-\d{2}-\d{2})$", text, re.M)

    assert dates == sorted(dates, reverse=True)
    for contract in load.recorded(provider).contracts:
        assert contract.recorded.isoformat() in dates


@pytest.mark.parametrize("provider", MOCKED)
def test_a_provider_with_a_mock_has_recorded_exchanges(provider: str) -> None:
    assert list((ROOT / "fixtures" / "exchanges" / provider).glob("*.json"))


def test_the_folders_of_mocks_are_those_of_the_providers_that_say_that_they_have_one() -> None:
    folders = {
        file.parent.name
        for file in (ROOT / "mocks").glob("*/__init__.py")
        if hasattr(import_module(f"mocks.{file.parent.name}"), "DIALECT")
    }

    assert folders == set(MOCKED)
    assert MOCKED == ("cloudflare", "fal", "lumenfall", "runware", "uniall", "xai")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_contract_whose_models_are_placeholders_is_of_no_mock(provider: str) -> None:
    placeholders = {contract.placeholder for contract in load.recorded(provider).contracts}

    assert placeholders == {provider not in MOCKED}


@pytest.mark.parametrize("provider", MOCKED)
def test_a_providers_mock_has_the_same_inner_plan_as_the_others(provider: str) -> None:
    files = {file.name for file in (ROOT / "mocks" / provider).glob("*.py")}
    dialect = import_module(f"mocks.{provider}").DIALECT
    answered = {operation.id for operation in load.recorded(provider).operations}

    assert {"__init__.py", "bodies.py", "errors.py"} <= files
    assert isinstance(dialect, Dialect)
    assert set(dialect.fulfil) == answered
    assert set(dialect.doors) == {door.id for door in load.provider(provider).doors}


def test_engine_files_name_no_provider() -> None:
    named = re.compile(rf"\b({'|'.join(PROVIDERS)})\b", re.I)
    texts = [(file, text) for file in (*ENGINE, *SUITES) for text in spoken(file)]
    naming = [(file, text) for file, text in texts if named.search(text)]
    hits = [
        f"{file.relative_to(ROOT)}: {text!r}"
        for file, text in naming
        if file in ENGINE or named.search(SAID.sub("", text))
    ]

    assert hits == []


def test_imports_go_down_only_and_no_provider_imports_another() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert "0 broken" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_one_module_alone_calls_the_engine_of_json_schema() -> None:
    """Others would be free to leave out its options, or to take its failures for verdicts."""
    callers = [
        file
        for file in CODE
        if not file.is_relative_to(ROOT / "tests")
        for node in tree(file).body
        if isinstance(node, ast.Import | ast.ImportFrom) and "jsonschema_rs" in ast.unparse(node)
    ]

    assert relative(callers) == ["contracts/engine.py"]


TOO_LONG = {"harness/drift/pages/markdown.py"}
"""Files that are still longer than they should be."""


def test_no_file_of_code_is_longer_than_300_lines_and_no_test_than_400() -> None:
    most = {file: 400 if file.is_relative_to(ROOT / "tests") else 300 for file in CODE}
    long = [
        file for file in CODE if len(file.read_text(encoding="utf-8").splitlines()) > most[file]
    ]

    assert set(relative(long)) <= TOO_LONG


def test_a_class_has_its_name_for_itself() -> None:
    named = Counter(
        node.name.lstrip("_")
        for file in CODE
        if not file.is_relative_to(ROOT / "tests")
        for node in nodes(file)
        if isinstance(node, ast.ClassDef)
    )

    assert [name for name, times in named.items() if times > 1] == []


SPEECH = re.compile(r"_*(told|said|shown|listed|written|asked|tell)")
"""Names of functions that say how something is said, and not what is returned."""

PARTICIPLES = re.compile(
    "told|said|shown|asked|sent|given|drawn|returned|delivered|written|exercised"
)
"""Names of modules that hold no noun."""


def test_functions_are_named_for_what_they_return() -> None:
    speaking = [
        f"{file.relative_to(ROOT)}: {node.name}"
        for file in CODE
        if not file.is_relative_to(ROOT / "tests")
        for node in nodes(file)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if SPEECH.fullmatch(node.name)
    ]

    assert speaking == []


def test_a_module_that_a_text_names_is_there() -> None:
    """Such as one that is imported by its name, or in a process of its own."""
    named = {
        name
        for file in CODE
        if not file.is_relative_to(ROOT / "tests") or file.parent.name == "bench"
        for text in spoken(file)
        for name in re.findall(r"(?:import|from) (imagine_harness(?:\.\w+)+)", text)
    }

    assert len(named) >= 3
    assert [name for name in sorted(named) if find_spec(name) is None] == []


def test_a_module_is_named_for_what_it_holds() -> None:
    assert [file for file in relative(CODE) if PARTICIPLES.fullmatch(Path(file).stem)] == []


def test_nothing_is_left_to_do() -> None:
    left = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
    files = [
        *CODE,
        *ROOT.glob("contracts/*/*.toml"),
        *(file for floor in FLOORS for file in (ROOT / floor).rglob("README.md")),
        ROOT / "README.md",
        ROOT / "pyproject.toml",
    ]

    assert relative([file for file in files if left.search(file.read_text(encoding="utf-8"))]) == []


def test_every_test_module_mirrors_the_module_that_it_is_about() -> None:
    tests = ROOT / "tests"
    lost = []
    for file in tests.rglob("test_*.py"):
        about = ROOT / file.relative_to(tests).with_name(file.name.removeprefix("test_"))
        mirrored = about.is_file() or (about.with_suffix("") / "__init__.py").is_file()
        if mirrored == (str(file.relative_to(tests)) in NO_MIRROR):
            lost.append(str(file.relative_to(tests)))

    assert lost == []
    assert [name for name in NO_MIRROR if not (tests / name).is_file()] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_module_of_its_name_with_help(verb: str) -> None:
    command = import_module(f"imagine_harness.harness.cli.{verb}").command

    assert command.name == verb
    assert command.help
    assert all(option.help for option in command.params if option.param_type_name == "option")


def test_every_module_of_the_command_line_is_a_verb() -> None:
    modules = {file.stem for file in (ROOT / "harness" / "cli").glob("*.py")}

    assert modules == {*VERBS, "__init__"}


GRAPH = grimp.build_graph("imagine_harness", cache_dir=None)
"""Which module needs which other one, if only for its types."""


@pytest.mark.parametrize("floor", FLOORS)
def test_no_room_needs_one_that_needs_it(floor: str) -> None:
    root = f"imagine_harness.{floor}."
    needs: dict[str, set[str]] = {}
    for module in GRAPH.find_descendants(root[:-1]):
        room = module.removeprefix(root).partition(".")[0]
        found = GRAPH.find_modules_directly_imported_by(module)
        others = {each.removeprefix(root) for each in found if each.startswith(root)}
        needs.setdefault(room, set()).update({each.partition(".")[0] for each in others} - {room})

    TopologicalSorter(needs).prepare()


def test_no_file_needs_one_that_needs_it() -> None:
    needs = {module: GRAPH.find_modules_directly_imported_by(module) for module in GRAPH.modules}

    TopologicalSorter(needs).prepare()
