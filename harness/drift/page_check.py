"""One page against the contract of its model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift import contract_facts, readers
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.comparing.findings import Finding, severest
from imagine_harness.harness.drift.comparing.kinds import NONE, UNKNOWN
from imagine_harness.harness.drift.facts import OpenPoint
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class PageCheck:
    """What came of looking at one page.

    Attributes:
        page: the name of the file, `-` for standard input.
        model: the recorded model that the page was held against; None where none was.
        error: why the page, or a part of it, could not be read; None where all was.
        facts: what was read; None where nothing was.
        raw: the page's bytes, whose hash is recorded.
    """

    page: str
    provider: str
    model: str | None
    error: str | None
    findings: tuple[Finding, ...] = ()
    facts: Facts | None = None
    contract: Contract | None = None
    raw: bytes = field(default=b"", repr=False)

    @property
    def open_points(self) -> tuple[OpenPoint, ...]:
        """What stands where facts do, is not understood and is no remark on record."""
        return self.facts.open_points if self.facts is not None else ()

    @property
    def severity(self) -> str:
        """`breaking` or `non-breaking`; `none` only when all was read and understood."""
        worst = severest(self.findings)
        partly = self.error is not None or self.open_points
        return UNKNOWN if worst == NONE and partly else worst

    def as_json(self) -> dict[str, object]:
        """The page's report for machines."""
        return {
            "provider": self.provider,
            "model": self.model,
            "severity": self.severity,
            "error": self.error,
            "findings": [finding.as_json() for finding in self.findings],
        }


def check_page(
    provider: str,
    name: str,
    raw: bytes,
    model: str | None = None,
    also: Sequence[Contract] = (),
) -> PageCheck:
    """Read a page and hold it against the contract of its model, or of the one that is named.

    `also` are contracts beside those on record.
    """
    try:
        facts = readers.read(provider, raw)
        contract = contract_of_page(provider, facts, model, also)
    except Unreadable as error:
        return PageCheck(name, provider, model, str(error), raw=raw)
    facts = readers.without_remarks(facts, [contract])
    found = compare(contract_facts.facts(contract), facts)
    return PageCheck(
        name,
        provider,
        model or contract.models[0],
        _reading_error(found.unread),
        found.findings,
        facts,
        contract,
        raw,
    )


def _reading_error(names: Sequence[str]) -> str | None:
    if not names:
        return None
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"the page was not read as far as {', '.join(names[:5])}{more}"


def known_contracts(provider: str, also: Sequence[Contract] = ()) -> list[Contract]:
    """The contracts of a provider's models, those that are not on record first."""
    own = [contract for contract in also if contract.provider.name == provider]
    return [*own, *load.recorded(provider).contracts]


def contract_of_page(
    provider: str, facts: Facts, model: str | None, also: Sequence[Contract] = ()
) -> Contract:
    """The contract that a page is about.

    A page that calls its model otherwise than the contract does is that model's if its title is.

    Raises:
        Unreadable: it is the page of a model that is not recorded.
    """
    found = [
        each for each in known_contracts(provider, also) if model is None or model in each.models
    ]
    ids = {fact.id for fact in facts.models}
    for contract in found:
        if ids & set(contract.models):
            return contract
    for contract in found:
        if facts.title and facts.title.casefold() == contract.title.casefold():
            return contract
    wanted = _joined(name for contract in found for name in contract.models)
    named = _joined(fact.id for fact in facts.models)
    raise Unreadable(f"the page of another model, {named}, expected one of {wanted}")


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
