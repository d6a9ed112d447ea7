"""What recorded requests call, without a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.harness.judging.calls import ProviderCalls, RecordedCall
from tests.exchanges import changed
from tests.harness.judging.handmade import LOCAL, QUEUE, RUN, RUNWARE, got, recorded, task


def calls(*recordings: Exchange, provider: str = "fal") -> list[RecordedCall]:
    contract = load.recorded(provider).contracts[0]
    return ProviderCalls(recordings, provider).of(contract)


def told(found: list[RecordedCall]) -> list[list[tuple[str, object]]]:
    """Of each call its roots, with the names of their operations."""
    return [[(operation.name, root) for operation, root in each.roots] for each in found]


@pytest.mark.parametrize("url", [RUN, LOCAL, QUEUE, f"{RUN}?x=1"])
def test_a_call_is_its_operation_and_its_root_wherever_it_was_made(url: str) -> None:
    assert told(calls(recorded(url))) == [[("fal.generate", {"prompt": "A clay whale"})]]


def test_the_root_of_a_form_has_the_types_of_its_parameters() -> None:
    body = "\r\n".join(
        (
            *("--b", 'Content-Disposition: form-data; name="n"', "", "3"),
            *("--b", 'Content-Disposition: form-data; name="prompt"', "", "3", "--b--", ""),
        )
    )
    sent = changed(
        recorded("https://api.uniall.ai/v1/images/edits"),
        headers={"content-type": "multipart/form-data; boundary=b"},
        body=body.encode(),
    )

    assert told(calls(sent, provider="uniall")) == [[("uniall.edit", {"n": 3, "prompt": "3"})]]


def test_a_batch_has_a_root_for_each_of_its_elements_but_those_for_others() -> None:
    mine, other = task(), task(model="acme:1@1")

    found = calls(recorded(RUNWARE, [mine, other]), provider="runware")

    assert told(found) == [[("runware.task", mine)]]


def test_a_body_without_its_content_type_is_taken_for_what_it_is() -> None:
    assert told(calls(changed(recorded(), headers={}))) == [
        [("fal.generate", {"prompt": "A clay whale"})]
    ]


def test_the_operations_are_those_of_the_contract_that_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    text = (load.ROOT / "fal" / "grok-imagine-image.toml").read_text(encoding="utf-8")
    file.write_text(f'provider = "fal"\n{text}', encoding="utf-8")
    mine, known = load.contract(file), ProviderCalls([recorded()], "fal")

    for contract in (mine, load.recorded("fal").contracts[0]):
        [one] = known.of(contract)
        [(operation, _)] = one.roots
        assert operation is contract.operations["generate"]


def test_a_call_without_a_body_has_no_root() -> None:
    asked = got("https://api.uniall.ai/v1/images/tasks/task_1", {})

    [one] = calls(asked, provider="uniall")

    assert (one.operation.name, one.roots, one.gap) == ("uniall.task-result", (), "")


@pytest.mark.parametrize(
    "nobodys",
    [
        recorded("https://example.com/xai/grok-imagine-image"),
        recorded(RUNWARE, [task()]),
    ],
)
def test_calls_of_others_are_none_of_a_provider(nobodys: Exchange) -> None:
    found = ProviderCalls([nobodys], "fal")

    assert len(found) == 0
    assert found.of(load.recorded("fal").contracts[0]) == []


@pytest.mark.parametrize(
    "unknown",
    [
        recorded("https://fal.run/fal-ai/flux/dev"),
        got(RUN, {}),
        changed(recorded(), body=b"{", status=422),
    ],
)
def test_calls_of_nothing_on_record_are_a_providers_and_call_nothing(unknown: Exchange) -> None:
    found = ProviderCalls([unknown], "fal")

    assert len(found) == 1
    assert found.of(load.recorded("fal").contracts[0]) == []


@pytest.mark.parametrize(
    ("spoilt", "gap"),
    [
        ({"body": None, "gap": "it was cut"}, "it was cut"),
        ({"body": None}, "it is not there"),
        ({"body": b"{"}, "it cannot be decoded, and was answered 200"),
        ({"body": b""}, "it is empty, and was answered 200"),
    ],
)
def test_of_a_body_that_is_not_there_it_is_told_why(spoilt: dict[str, object], gap: str) -> None:
    [one] = calls(changed(recorded(), **spoilt))

    assert (one.roots, one.gap) == ((), f"its body was not recorded: {gap}")


def test_the_credentials_of_calls_are_known_from_then_on() -> None:
    calls(recorded(headers={"authorization": "Key an-id:of-calls-alone"}))

    assert "of-calls-alone" not in CREDENTIALS.hide("of-calls-alone")
