"""What moved of a model as a whole: its ids, its prices, its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagine_harness.harness.drift.comparing.comparer import Comparer, Difference
from imagine_harness.harness.drift.facts import ModelFact, PriceFact, StatusFact
from imagine_harness.harness.drift.page_facts import Area, Facts


class ModelComparer(Comparer[ModelFact]):
    """The ids by which the model is called."""

    area, sort, by = Area.MODELS, "models", "id"
    kind, stated, address = "model", "id", "model {0.id}"


class PriceComparer(Comparer[PriceFact]):
    """What an image costs, and what an input adds to it."""

    area, sort, by = Area.PRICES, "prices", "of"
    kind, named, stated, address = "price", "of", "amount", "price {0.of}"

    def facts(self, side: Facts) -> Iterable[PriceFact]:
        recorded = {fact.of: fact.amount for fact in self.recorded.prices}
        stated = {fact.of: fact for fact in side.prices}
        # A page may say a price twice, and not the same: the first that is not recorded counts.
        for fact in reversed(side.prices):
            if recorded.get(fact.of, fact.amount) != fact.amount:
                stated[fact.of] = fact
        return stated.values()

    def changed(self, before: PriceFact, after: PriceFact) -> Iterator[Difference]:
        if before.amount != after.amount:
            kind = "price-increased" if after.amount > before.amount else "price-decreased"
            yield self.finding(kind, before, after)


class StatusComparer(Comparer[StatusFact]):
    """The model's life. One that is not on record is no news, and one that is cannot go."""

    stated, address = "word", "status"

    def changes(self) -> Iterator[Difference]:
        before, after = self.recorded.status, self.page.status
        if before is not None and after is None:
            yield self.unreached(before)
        elif before is not None and after is not None and before.word != after.word:
            yield self.finding("status-changed", before, after)
