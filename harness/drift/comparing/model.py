"""What moved of a model as a whole: its ids, its prices, its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagine_harness.harness.drift.comparing.comparer import Change, Comparer, finding
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import Area, Facts, ModelFact, PriceFact, StatusFact


class ModelComparer(Comparer[ModelFact]):
    """The ids by which the model is called."""

    area = Area.MODELS

    def facts(self, side: Facts) -> Iterable[ModelFact]:
        return side.models

    def key(self, fact: ModelFact) -> str:
        return fact.id

    def address(self, fact: ModelFact) -> str:
        return f"model {fact.id}"

    def removed(self, fact: ModelFact) -> Finding:
        return finding("model-removed", fact, None, was=fact.id)

    def added(self, fact: ModelFact) -> Finding:
        return finding("model-added", None, fact, now=fact.id)


class PriceComparer(Comparer[PriceFact]):
    """What an image costs, and what an input adds to it."""

    area = Area.PRICES

    def facts(self, side: Facts) -> Iterable[PriceFact]:
        recorded = {fact.of: fact.amount for fact in self.recorded.prices}
        stated = {fact.of: fact for fact in side.prices}
        # A page may say a price twice, and not the same: the first that is not recorded counts.
        for fact in reversed(side.prices):
            if recorded.get(fact.of, fact.amount) != fact.amount:
                stated[fact.of] = fact
        return stated.values()

    def key(self, fact: PriceFact) -> str:
        return fact.of

    def address(self, fact: PriceFact) -> str:
        return f"price {fact.of}"

    def removed(self, fact: PriceFact) -> Finding:
        return finding("price-removed", fact, None, parameter=fact.of, was=fact.amount)

    def added(self, fact: PriceFact) -> Finding:
        return finding("price-added", None, fact, parameter=fact.of, now=fact.amount)

    def changed(self, before: PriceFact, after: PriceFact) -> Iterator[Change]:
        if before.amount != after.amount:
            kind = "price-increased" if after.amount > before.amount else "price-decreased"
            yield finding(
                kind, before, after, parameter=before.of, was=before.amount, now=after.amount
            )


class StatusComparer(Comparer[StatusFact]):
    """The model's life. One that is not on record is no news, and one that is cannot go."""

    def facts(self, side: Facts) -> Iterable[StatusFact]:
        return filter(None, [side.status if self.recorded.status else None])

    def key(self, fact: StatusFact) -> str:
        return "status"

    def address(self, fact: StatusFact) -> str:
        return "status"

    def removed(self, fact: StatusFact) -> Finding:
        return finding("status-changed", fact, None, was=fact.word)

    def added(self, fact: StatusFact) -> None:
        return None

    def is_reached(self, fact: StatusFact) -> bool:
        return False

    def changed(self, before: StatusFact, after: StatusFact) -> Iterator[Change]:
        if before.word != after.word:
            yield finding("status-changed", before, after, was=before.word, now=after.word)
