"""The facts of a page against those of a contract: what moved, and what was not reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from imagine_harness.harness.drift.comparing import outputs, parameters, rules, sizes
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import (
    UNKNOWN,
    Area,
    EndpointFact,
    Facts,
    ParameterFact,
    RuleFact,
    Unknown,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What moved between a contract and a page.

    Attributes:
        findings: in the order of the contract, what is new after what is known.
        unread: recorded facts that the page does not reach, each as `generate.num_images`.
    """

    findings: tuple[Finding, ...]
    unread: tuple[str, ...]


def compare(recorded: Facts, page: Facts) -> Comparison:
    """Hold the facts of a page against those that are recorded from it."""
    walk = Walk(recorded, page)
    found = tuple(walk.findings())
    return Comparison(found, tuple(dict.fromkeys(walk.unread)))


@dataclass
class Walk:
    """One comparison on its way."""

    recorded: Facts
    page: Facts
    unread: list[str] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        """Every finding; `unread` is filled on the way."""
        yield from self._models()
        yield from self._endpoints()
        both = [name for name in self.recorded.operations if name in self.page.operations]
        gone: set[tuple[str, str]] = set()
        new: set[tuple[str, str]] = set()
        for operation in both:
            for finding in self._parameters(operation):
                if finding.parameter and finding.before is None:
                    new.add((operation, finding.parameter))
                if finding.parameter and finding.after is None:
                    gone.add((operation, finding.parameter))
                yield finding
        yield from self._rules(both, gone, frozenset(new))
        yield from sizes.findings(self.recorded, self.page, self.unread)
        for operation in both:
            yield from outputs.findings(operation, self.recorded, self.page, self.unread)
        yield from self._prices()
        yield from self._status()

    def _models(self) -> Iterator[Finding]:
        before = {fact.id: fact for fact in self.recorded.models}
        after = {fact.id: fact for fact in self.page.models}
        for name, fact in before.items():
            if name in after:
                continue
            if self.page.reaches(Area.MODELS):
                yield Finding("model-removed", was=name, before=fact)
            else:
                self.unread.append(f"model {name}")
        for name, fact in after.items():
            if name not in before:
                yield Finding("model-added", now=name, section=fact.section, after=fact)

    def _endpoints(self) -> Iterator[Finding]:
        after = {fact.operation: fact for fact in self.page.endpoints}
        before = {fact.operation: fact for fact in self.recorded.endpoints}
        for name, fact in before.items():
            if name in after:
                yield from _moved(fact, after[name])
            elif name not in self.page.operations:
                if self.page.reaches(Area.ENDPOINTS):
                    yield Finding(
                        "endpoint-removed",
                        name,
                        was=address(fact),
                        section=fact.section,
                        before=fact,
                    )
                else:
                    self.unread.append(name)
        for name, fact in after.items():
            if name not in before:
                yield Finding(
                    "endpoint-added", name, now=address(fact), section=fact.section, after=fact
                )

    def _parameters(self, operation: str) -> Iterator[Finding]:
        before = {p.name: p for p in _of(operation, self.recorded)}
        after = {p.name: p for p in _of(operation, self.page)}
        for name, fact in before.items():
            if name in after:
                yield from parameters.changed(fact, after[name])
                if not after[name].whole:
                    self.unread.append(f"{operation}.{name}")
            elif self.page.reaches(Area.INPUT, operation):
                yield parameters.removed(fact)
            else:
                self.unread.append(f"{operation}.{name}")
        for name, fact in after.items():
            if name not in before:
                yield parameters.added(fact)

    def _rules(
        self, both: list[str], gone: set[tuple[str, str]], new: frozenset[tuple[str, str]]
    ) -> Iterator[Finding]:
        before, after = (
            {rules.normal(r): r for r in facts.rules if r.operation in both}
            for facts in (self.recorded, self.page)
        )
        went = [rule for text, rule in before.items() if text not in after]
        came = [rule for text, rule in after.items() if text not in before]
        for old, now in rules.pairs(went, came):
            if old is not None and now is not None:
                yield rules.changed(old, now)
            elif now is not None:
                yield rules.added(now, new)
            elif old is not None and not gone & {(old.operation, n) for n in _names(old)}:
                if self._is_gone(old):
                    yield rules.removed(old)
                else:
                    self.unread.append(f"{old.operation}.{old.id}")

    def _is_gone(self, rule: RuleFact) -> bool:
        """Whether the page was read where the rule stood, with nothing left that may be it."""
        words = [name.rpartition(".")[2] for name in rules.names(rule)]
        for point in self.page.open_points:
            if point.section == rule.section and any(word in point.text for word in words):
                return False
        return self.page.reaches(Area.RULES, rule.operation)

    def _prices(self) -> Iterator[Finding]:
        before = {fact.of: fact for fact in self.recorded.prices}
        # A page may say a price twice, and not the same: the one that is not recorded counts.
        for of, fact in before.items():
            stated = [each for each in self.page.prices if each.of == of]
            now = next((each for each in stated if each.amount != fact.amount), None)
            if now is not None:
                word = "increased" if now.amount > fact.amount else "decreased"
                was = fact.amount
                yield Finding(f"price-{word}", None, of, was, now.amount, now.section, fact, now)
            elif not stated and self.page.reaches(Area.PRICES):
                yield Finding("price-removed", None, of, fact.amount, None, fact.section, fact)
            elif not stated:
                self.unread.append(f"price {of}")
        for of, fact in {fact.of: fact for fact in self.page.prices}.items():
            if of not in before:
                yield Finding("price-added", None, of, None, fact.amount, fact.section, None, fact)

    def _status(self) -> Iterator[Finding]:
        before, after = self.recorded.status, self.page.status
        if before is None:
            return
        if after is None:
            self.unread.append("status")
        elif before.word != after.word:
            yield Finding(
                "status-changed",
                was=before.word,
                now=after.word,
                section=after.section,
                before=before,
                after=after,
            )


def _of(operation: str, facts: Facts) -> Iterator[ParameterFact]:
    return (fact for fact in facts.parameters if fact.operation == operation)


def _names(rule: RuleFact) -> tuple[str, ...]:
    return rules.names(rule)


def address(fact: EndpointFact) -> str:
    """Where an operation is called, as far as it is known: `POST https://host/path`."""
    method, host, path = (
        "" if isinstance(part, Unknown) else part for part in (fact.method, fact.host, fact.path)
    )
    return f"{method} {f'https://{host}' if host else ''}{path}".strip()


def _moved(before: EndpointFact, after: EndpointFact) -> Iterator[Finding]:
    def known(part: str | Unknown, instead: str | Unknown) -> str | Unknown:
        return instead if part is UNKNOWN else part

    now = EndpointFact(
        before.operation,
        after.section,
        before.method,
        before.host if after.host in before.also else known(after.host, before.host),
        known(after.path, before.path),
    )
    if (now.host, now.path) != (before.host, before.path):
        yield Finding(
            "endpoint-moved",
            before.operation,
            None,
            address(before),
            address(now),
            after.section,
            before,
            after,
        )
    if known(after.method, before.method) != before.method:
        yield Finding(
            "endpoint-method-changed",
            before.operation,
            None,
            before.method,
            after.method,
            after.section,
            before,
            after,
        )
    if isinstance(after.content, Unknown) or isinstance(before.content, Unknown):
        return
    for kind in parameters.without(before.content, after.content):
        yield Finding(
            "request-body-media-type-removed",
            before.operation,
            None,
            kind,
            None,
            after.section,
            before,
            after,
        )
    for kind in parameters.without(after.content, before.content):
        yield Finding(
            "request-body-media-type-added",
            before.operation,
            None,
            None,
            kind,
            after.section,
            before,
            after,
        )
