"""Contracts drafted from the pages of other models: they load, hold, and are served."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.drift import contract_facts, readers
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.comparing.witness import defaults
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording.draft import draft
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.mocks.app import App
from imagine_harness.mocks.settings import Settings

PAGES = Path(__file__).parents[4] / "fixtures" / "pages"
PROVIDERS = ("cloudflare", "fal", "lumenfall", "runware", "uniall")
SCHEMES = {"fal": "Key a:b"}
ACCOUNT = "0123456789abcdef0123456789abcdef"
TODAY = date(2027, 1, 2)


def models(provider: str) -> list[Path]:
    """The sample pages of models that are not on record."""
    found = sorted((PAGES / provider).iterdir())
    return [file for file in found if not file.name.startswith("grok-imagine-image")]


def drafted(provider: str, page: Path, folder: Path) -> tuple[Contract, Facts]:
    raw = page.read_bytes()
    facts = readers.read(provider, raw)
    file = folder / f"{page.stem}.toml"
    file.write_text(draft(provider, facts).text(raw, TODAY), encoding="utf-8")
    return load.contract(file), facts


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_draft_of_every_other_model_holds_what_its_page_says(
    provider: str, tmp_path: Path
) -> None:
    assert len(models(provider)) >= 4
    for page in models(provider):
        contract, facts = drafted(provider, page, tmp_path)

        compared = compare(contract_facts.facts(contract), facts)

        assert compared.findings == (), page.name
        assert compared.unread == (), page.name
        assert contract.recorded == TODAY


async def answers(app: App, contract: Contract) -> list[tuple[str, int, int]]:
    """For each operation the statuses of its plainest call, and of one that misses most."""
    made: list[tuple[str, int, int]] = []
    transport = httpx.ASGITransport(app)
    name = contract.provider.name
    async with httpx.AsyncClient(transport=transport, base_url="http://harness") as client:
        for operation in contract.operations.values():
            if operation.outcome is None or operation.content[0] != "application/json":
                continue
            whole: Any = generator(operation).plainest_body({}, None)
            assert Validator(operation, defaults(contract)).violations_of(whole) == []
            path = operation.path.replace("{account_id}", ACCOUNT)
            sent = [whole, {k: v for k, v in whole.items() if k in ("model", "taskType")}]
            statuses = []
            for body in sent:
                answer = await client.request(
                    operation.method,
                    f"/{name}{path}",
                    json=[body] if operation.subject.startswith("/*") else body,
                    headers={
                        "Authorization": SCHEMES.get(name, "Bearer t"),
                        # Samples of UUIDs are the same for all models.
                        "X-Harness-Test": Path(contract.file).stem,
                    },
                )
                statuses.append(answer.status_code)
            made.append((operation.id, statuses[0], statuses[1]))
    return made


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_drafts_of_a_provider_are_served_at_once(provider: str, tmp_path: Path) -> None:
    contracts = [drafted(provider, page, tmp_path)[0] for page in models(provider)]
    app = App(Settings(seed=1, providers=(provider,), contracts=tuple(contracts)))

    for contract in contracts:
        for operation, right, wrong in asyncio.run(answers(app, contract)):
            assert right == 200, (contract, operation)
            assert 400 <= wrong < 500, (contract, operation)


def test_the_recorded_contracts_drafted_anew_hold_the_same_facts(
    whole: Callable[[str], Facts], tmp_path: Path
) -> None:
    for provider in PROVIDERS:
        file = tmp_path / f"{provider}.toml"
        file.write_text(draft(provider, whole(provider)).text(b"page", TODAY), encoding="utf-8")
        again = contract_facts.facts(load.contract(file))

        assert compare(again, whole(provider)).findings == ()


def test_a_draft_lists_what_could_not_be_read_at_its_head(tmp_path: Path) -> None:
    raw = (PAGES / "fal" / "flux-dev.md").read_bytes()
    lines = draft("fal", readers.read("fal", raw)).text(raw, TODAY).splitlines()

    opened = [line for line in lines if line.startswith("# Open: ")]
    assert any("image_size" in line for line in opened)
    assert any("the page lists no sizes" in line for line in opened)
    assert lines[1 : 1 + len(opened)] == opened


def test_an_operation_of_an_id_of_its_own_is_answered_as_a_recorded_one(tmp_path: Path) -> None:
    contract, _ = drafted("fal", PAGES / "fal" / "flux-lora.md", tmp_path)

    assert contract.operations["inpainting"].answered_as == "edit"
    assert contract.operations["generate"].answered_as is None
