"""The sample pages of Lumenfall, and what is read of them."""

from __future__ import annotations

from imagine_harness.contracts.loading import load
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.readers import read
from tests.harness.drift.page_changes import page

GROK = page("lumenfall", "grok-imagine-image.txt")
RECORDED = contract_facts.facts(load.recorded("lumenfall").contracts[0])


def sample(name: str) -> str:
    return page("lumenfall", f"{name}.txt")


def facts(text: str) -> Facts:
    return read("lumenfall", text.encode())
