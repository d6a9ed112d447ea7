"""From the facts of a page to the contract of its model, after a recorded one of its provider."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.files import read
from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.drift.contract_facts import PAGE, Entry, with_base
from imagine_harness.harness.drift.facts import SizeFact
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording import toml
from imagine_harness.harness.drift.recording.draft_operation import DraftOperation
from imagine_harness.harness.drift.recording.fact_entries import size_rows, source

_LABEL = re.compile(r"\d+(\.\d+)?[kK]? \(\d+(\.\d+)?:\d+(\.\d+)?\)")
"""A label that names a tier and a ratio."""


@dataclass(frozen=True)
class Draft:
    """The contract of a page's model while it is written.

    Attributes:
        template: the decoded file of a recorded model of the same provider, from which the draft
            has what the page does not say: how a call is made, and how an answer is carried.
    """

    provider: str
    facts: Facts
    template: Entry

    @property
    def template_model(self) -> str:
        """The id of the recorded model."""
        stated = self.template["model"]
        return str(stated if isinstance(stated, str) else stated[0])

    def text(self, raw: bytes, today: date) -> str:
        """The whole file, open points as comments at its head."""
        lines = [
            "# Drafted from the page. What it does not say is as in another model's contract.",
            *(f"# Open: {point}" for point in self.open_points()),
            *toml.pairs([*self._head(), ("recorded", today)]),
            "",
            "[documents.page]",
            *toml.pairs(
                [("url", self._url()), ("read", today), ("sha256", sha256(raw).hexdigest())]
            ),
            *(toml.wrapped("remarks", remarks) if (remarks := self._remarks()) else ()),
        ]
        sizes = self._sizes()
        if sizes and sizes[0].operation is None:
            lines += ["", "[sizes]", *toml.table(size_rows(sizes))]
        for name in self.facts.operations:
            lines += ["", *toml.operation(name, self.operation(name).entry())]
        for name in self._twins():
            entry = self.template["operation"][name]
            lines += ["", *toml.operation(name, {k: self._rename(v) for k, v in entry.items()})]
        return "\n".join(lines) + "\n"

    @property
    def models(self) -> list[str]:
        """The page's ids of its model."""
        return [fact.id for fact in self.facts.models]

    def open_points(self) -> Iterator[str]:
        """What the page says and the reader did not understand, and what it does not say."""
        for point in self.facts.open_points:
            yield " ".join(f"{point.section}: {point.text}".split())
        if not self.facts.url:
            yield "the page does not say its address, the url is that of its folder"
        if not self._sizes():
            yield f"the page lists no sizes, pictures have those of {self.template_model}"
        for name in self.facts.operations:
            operation = self.operation(name)
            if operation.facts.parameters and operation.outcome is None:
                yield f"{name} has no prompt, so that it makes no pictures"
            if not operation.facts.outputs:
                yield f"the page does not show what {name} answers"

    def _remarks(self) -> list[str]:
        """The open points as the page has them: as long as it does, they are no drift."""
        return list(dict.fromkeys(point.text for point in self.facts.open_points if point.text))

    def operation(self, name: str) -> DraftOperation:
        """One operation of the page; the recorded one of its id, or the first, is its example."""
        entries = self.template["operation"]
        after = name if name in entries else self._nearest(name)
        like: Entry = entries[after]
        if "like" in like:
            like = with_base(like, entries[like["like"]])
        labels = tuple(size.label for size in self._sizes())
        path = self._rename(like["path"])
        return DraftOperation(name, self.facts.of(name), like, after, path, labels)

    def _nearest(self, name: str) -> str:
        """The recorded operation that one of an id of its own is answered like.

        It is the first one that takes pictures, or that takes none, as this one does.
        """
        takes = any(fact.takes_picture for fact in self.facts.of(name).parameters)
        entries = self.template["operation"]
        for other, entry in entries.items():
            if bool(entry.get("outcome", {}).get("inputs")) == takes:
                return str(other)
        return str(next(iter(entries)))

    def _head(self) -> list[tuple[str, Any]]:
        models = self.models
        return [
            ("provider", self.provider),
            ("model", models[0] if len(models) == 1 else models),
            ("title", self.facts.title or None),
            ("status", self.facts.status.word if self.facts.status else None),
            ("price", self._price()),
            ("sizes", self._size_reference()),
        ]

    def _price(self) -> dict[str, Any] | None:
        price = {fact.of: fact for fact in self.facts.prices}
        if "image" not in price:
            return None
        return {
            "image": price["image"].amount,
            "input": price["input"].amount if "input" in price else 0,
            "at": self.template.get("price", {}).get("at"),
            "source": source(price["image"].section),
        }

    def _url(self) -> str:
        """The page's address; where it does not say it, the folder of the recorded model's."""
        stated: str = self.template["documents"][PAGE]["url"]
        return self.facts.url or stated.rstrip("/").rpartition("/")[0] + "/"

    def _rename(self, value: Any) -> Any:
        renamed = isinstance(value, str)
        return value.replace(self.template_model, self.models[0]) if renamed else value

    def _twins(self) -> list[str]:
        """Recorded operations that are another one under another path, and nothing else."""
        known = self.facts.operations
        return [
            name
            for name, entry in self.template["operation"].items()
            if entry.get("like") in known
            and name not in known
            and not {"parameters", "rule"} & entry.keys()
        ]

    def _sizes(self) -> list[SizeFact]:
        """The page's sizes, where each has a label of its own that names a tier and a ratio."""
        sizes = list(self.facts.sizes)
        labels = {size.label for size in sizes}
        fits = len(labels) == len(sizes) and all(_LABEL.fullmatch(label) for label in labels)
        return sizes if fits else []

    def _size_reference(self) -> Any:
        """What the key `sizes` holds: a rule's table, or another model's sizes."""
        sizes = self._sizes()
        if sizes and sizes[0].operation is not None:
            rule = f"{sizes[0].operation}.size-listed"
            return {"rule": rule, "source": source(sizes[0].section)}
        if sizes:
            return None
        stated = self.template.get("sizes", "")
        return stated if isinstance(stated, str) else f"{self.provider}/{self.template_model}"


def draft(provider: str, facts: Facts) -> Draft:
    """The draft of the contract of a page's model.

    Raises:
        ContractError: no model of this provider is recorded, after which it could be written.
    """
    recorded = load.recorded(provider).contracts
    if not recorded:
        raise ContractError(f"no model of {provider} is recorded, after which to draft another")
    return Draft(provider, facts, read(Path(recorded[0].file), "model"))
