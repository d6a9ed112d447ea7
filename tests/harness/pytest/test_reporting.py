"""The pytest plugin of the reports: how a promise ends its test, and what a run leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import rich.table

from imagine_harness.harness.coverage.coverage import of_results
from imagine_harness.harness.results import waivers
from imagine_harness.harness.results.results import PromiseVerdict, Result
from tests.harness.pytest.conftest import ROOT

if TYPE_CHECKING:
    from tests.harness.pytest.conftest import Run

pytest_plugins = ["pytester"]

SHARED = (
    rich.table,
    of_results([Result("a", "b", "c", PromiseVerdict.KEPT, operations=("fal.generate",))]),
)
"""Imported and made here once, so that the inner runs, which forget what they import, share it."""

TESTS = """
import pytest
from imagine_harness.contracts.model import Level
from imagine_harness.harness.pytest.reporting import settle
from imagine_harness.harness.results.results import Result, PromiseVerdict

def result(promise, verdict, message, level=Level.ERROR):
    return Result(
        promise, "it does", "client of fal.generate", verdict, level, message,
        exercised={"fal.generate.num_images.maximum": ("obeyed", "upper")},
    )

RESULTS = [
    result("client.conforms", PromiseVerdict.BROKEN, "four came\\x1b\\ud800"),
    result("client.tolerates[extra]", PromiseVerdict.BROKEN, "it raised", Level.WARNING),
    result("client.retries[503]", PromiseVerdict.BROKEN, "one request came"),
    result("client.polls", PromiseVerdict.SKIPPED, "it submits no task"),
    result("client.returns", PromiseVerdict.KEPT, ""),
]

@pytest.mark.parametrize("result", RESULTS, ids=lambda each: each.promise)
def test_client(request, result):
    settle(request.node, result)
"""

WAIVERS = """
[[waiver]]
id = "client.retries"
reason = "waits for 2.0"
expires = 2027-01-31
"""


@pytest.fixture
def run(inner_pytest: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the tests of a text in a pytest of their own, on a day of 2026."""
    monkeypatch.setattr(waivers, "today", lambda: date(2026, 11, 21))
    inner_pytest.makepyfile(TESTS)
    inner_pytest.makefile(".toml", waivers=WAIVERS)

    def ran(*options: str) -> pytest.RunResult:
        return inner_pytest.runpytest_inprocess(
            "-pxdist", "-pimagine_harness.harness.pytest.reporting", "-Werror", "-rfs", *options
        )

    return ran


def test_a_promise_ends_its_test(run: Run) -> None:
    result = run("--harness-waive", "waivers.toml")

    assert result.ret == 1
    result.assert_outcomes(passed=2, failed=1, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "four came\\x1b?",
            "  promise   client.conforms: it does",
            "  subject   client of fal.generate",
            "=*= imagine-harness =*",
            "client of fal.generate *1 *1 *1 *1 *1",
            "warning: client.tolerates[[]extra[]]: it raised",
            "waived: client.retries[[]503[]]: waits for 2.0",
            "fal.generate *1 of *",
            "imagine-harness: 1 broken, 1 warning, 1 waived, 1 skipped, 1 kept",
            "FAILED *client.conforms* - Failed: four came*",
            "SKIPPED * waived: waits for 2.0: one request came",
            "SKIPPED * it submits no task",
        ]
    )
    result.stdout.no_fnmatch_line("*reporting.py*")


def test_a_warning_fails_where_that_was_asked_for(run: Run) -> None:
    result = run("--harness-fail-on", "warning", "-k", "tolerates")

    result.assert_outcomes(failed=1, deselected=4)


def test_reports_of_several_workers_are_one_in_the_order_of_the_tests(
    run: Run, pytester: pytest.Pytester
) -> None:
    wanted = "json=out/r.json,junit=out/r.xml,html=out/r.html,markdown=out/r.md,github"
    result = run("-n2", "--harness-report", wanted, "--junitxml=own.xml")

    told = json.loads((pytester.path / "out" / "r.json").read_text(encoding="utf-8"))
    assert [each["promise"] for each in told["results"]] == [
        "client.conforms",
        "client.tolerates[extra]",
        "client.retries[503]",
        "client.polls",
        "client.returns",
    ]
    assert told["results"][0]["message"] == "four came\x1b?"
    (file,) = pytester.path.glob("test_*.py")
    assert (told["results"][0]["file"], told["results"][0]["line"]) == (file.name, 20)
    assert told["coverage"]["operations"]["fal.generate"]["touched"] == 1
    suite = ElementTree.parse(pytester.path / "own.xml").find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("5", "2")
    assert {file.name for file in (pytester.path / "out").iterdir()} == {
        *("r.json", "r.xml", "r.html", "r.md"),
    }
    result.stdout.fnmatch_lines(["html report: out/r.html", "::error file=*client.conforms::*"])


def test_a_promise_stands_where_its_subject_does_or_in_the_file_of_its_test(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        made="def test_made(request, result):\n    settle(request.node, result)\n"
        "from imagine_harness.harness.pytest.reporting import settle\n"
    )
    pytester.makepyfile(
        test_b=(
            "import pytest\nfrom pathlib import Path\nfrom made import test_made as checked\n"
            "from imagine_harness.harness.results.results import Result, PromiseVerdict\n"
            "HERE = str(Path(__file__).parent / 'client.py')\n"
            "test_made = pytest.mark.parametrize('result', [\n"
            "    Result('a', 'b', 'c', PromiseVerdict.KEPT),\n"
            "    Result('a', 'b', 'c', PromiseVerdict.KEPT, file=HERE, line=7),\n"
            "])(checked)\n"
        )
    )

    run("--harness-report", "json=r.json", "test_b.py")

    told = json.loads((pytester.path / "r.json").read_text(encoding="utf-8"))
    assert [(each["file"], each["line"]) for each in told["results"]] == [
        ("test_b.py", 0),
        ("client.py", 7),
    ]


def test_a_stale_waiver_fails_a_run_in_which_nothing_else_did(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makefile(".toml", waivers=WAIVERS.replace("client.retries", "client.returns"))

    kept = run("--harness-waive", "waivers.toml", "-k", "returns")
    other = run("--harness-waive", "waivers.toml", "-k", "tolerates")

    assert kept.ret == 1
    kept.assert_outcomes(passed=1, deselected=4)
    kept.stdout.fnmatch_lines(["broken: waiver.unneeded[[]client.returns[]]: waivers.toml: *1: *"])
    assert other.ret == 0


def test_a_waiver_that_expired_excuses_nothing_and_says_so(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waivers, "today", lambda: date(2027, 2, 1))

    result = run("--harness-waive", "waivers.toml", "-k", "retries")

    result.assert_outcomes(failed=1, deselected=4)
    result.stdout.fnmatch_lines(["broken: waiver.expired[[]client.retries[]]: *expired on 2027-*"])


def test_tests_that_judged_nothing_are_listed_beside(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_b="def test_other():\n    raise ValueError('no\\nway')\n",
        test_c="import nothing_of_ours",
    )

    run("--harness-report", "json=r.json", "--continue-on-collection-errors")

    told = json.loads((pytester.path / "r.json").read_text(encoding="utf-8"))
    others = {each["test"]: each["message"] for each in told["other_failures"]}
    assert others["test_b.py::test_other"] == "ValueError: no"
    assert "nothing_of_ours" in others["test_c.py"]


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (("--harness-report", "pdf=x"), "ERROR: --harness-report: expected FORMAT=FILE with one*"),
        (("--harness-waive", "none.toml"), "ERROR: --harness-waive: none.toml: cannot be read: *"),
        (("--harness-fail-on", "info"), "*--harness-fail-on: invalid choice: 'info'*"),
    ],
)
def test_a_bad_option_is_one_clear_line(run: Run, options: tuple[str, ...], wrong: str) -> None:
    result = run(*options)

    assert result.ret == 4
    result.stderr.fnmatch_lines([wrong])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_report_that_cannot_be_written_is_no_pass(run: Run, pytester: pytest.Pytester) -> None:
    result = run("--harness-report", "html=waivers.toml/r.html", "-k", "returns")

    assert result.ret == 4
    result.stdout.fnmatch_lines(
        ["ERROR: --harness-report: waivers.toml/r.html: cannot be written*"]
    )


def test_a_run_without_promises_says_and_imports_nothing(run: Run) -> None:
    result = run("--collect-only")
    program = (
        "import sys; from imagine_harness.harness.pytest import reporting; "
        "heavy = ('rich', 'httpx', 'hypothesis', 'imagine_harness.contracts', "
        "'imagine_harness.harness.re'); "
        "print([n for n in sys.modules if n.startswith(heavy) and n != reporting.__name__])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    result.stdout.no_fnmatch_line("*= imagine-harness =*")
    assert done.stdout == "[]\n"


TELLS_A_KEY = """
import logging
import pytest
from imagine_harness.contracts.secrets.credentials import CREDENTIALS

@pytest.fixture
def broken():
    raise KeyError(CREDENTIALS_KEY)

def test_call():
    CREDENTIALS.notice({b"authorization": b"Bearer " + CREDENTIALS_KEY.encode()})
    print("printed", CREDENTIALS_KEY)
    logging.getLogger().warning("logged %s", CREDENTIALS_KEY)
    raise ValueError("raised " + CREDENTIALS_KEY)

def test_set_up(broken):
    pass

CREDENTIALS_KEY = "planted-" + "4f81c02b9d" + "e7a653"
"""


@pytest.mark.parametrize("options", [(), ("-n1",), ("--tb=long", "--harness-report=json=r.json")])
def test_a_test_that_fails_tells_no_key_that_came_by(
    run: Run, pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    file = pytester.makepyfile(test_tells=TELLS_A_KEY)

    result = run("-rA", *options, str(file))

    result.assert_outcomes(failed=1, errors=1)
    text = "\n".join([*result.outlines, *(f.read_text() for f in pytester.path.glob("r.json"))])
    for told in ("raised ***", "printed ***", "logged ***", "KeyError: '***'"):
        assert told in text
    assert "4f81c02b9de7a653" not in text
