"""What of a contract its page states."""

from __future__ import annotations

from collections.abc import Callable

from imagine_harness.harness.drift.page_facts import Facts


def test_what_was_seen_elsewhere_is_no_fact_of_the_page(whole: Callable[[str], Facts]) -> None:
    runware, uniall = whole("runware"), whole("uniall")
    references = next(p for p in runware.parameters if p.name == "inputs.referenceImages")

    assert "maxItems" not in references.schema
    assert "minItems" not in references.schema
    assert not any(rule.type == "closed" for rule in (*runware.rules, *uniall.rules))
    assert not any("minimum" in p.schema for p in uniall.parameters if p.name == "n")


def test_a_rule_about_one_parameter_is_a_keyword_of_it(whole: Callable[[str], Facts]) -> None:
    task = next(p for p in whole("runware").parameters if p.name == "taskUUID")

    assert task.schema == {"type": "string", "format": "uuid4"}
    assert not {"constraint", "table"} & {rule.type for rule in whole("runware").rules}


def test_an_operation_that_takes_over_all_of_another_is_no_fact(
    whole: Callable[[str], Facts],
) -> None:
    assert whole("cloudflare").operations == ("generate",)
    assert whole("lumenfall").operations == ("generate", "edit")
    inherited = {p.name for p in whole("lumenfall").parameters if p.operation == "edit"}
    assert {"prompt", "size", "image", "images"} <= inherited


def test_the_parameter_that_names_the_model_is_the_models(whole: Callable[[str], Facts]) -> None:
    for provider in ("cloudflare", "lumenfall", "runware", "uniall"):
        assert not any(p.name in ("model", "input") for p in whole(provider).parameters)
    assert [m.id for m in whole("uniall").models] == [
        "grok-imagine-image",
        "grok-imagine-image-quality",
    ]


def test_sizes_are_of_a_rule_or_of_what_comes_out(whole: Callable[[str], Facts]) -> None:
    asked = {(size.operation, size.fields) for size in whole("runware").sizes}
    made = {(size.operation, size.fields) for size in whole("lumenfall").sizes}

    assert asked == {("task", ("width", "height"))}
    assert made == {(None, ())}
    assert whole("fal").sizes == ()


def test_prices_and_status_are_facts_where_the_page_states_them(
    whole: Callable[[str], Facts],
) -> None:
    prices = {p: [(f.of, f.amount) for f in whole(p).prices] for p in ("runware", "lumenfall")}
    status = whole("runware").status

    assert prices == {
        "runware": [("image", 0.02), ("input", 0.002)],
        "lumenfall": [("image", 0.02)],
    }
    assert whole("cloudflare").prices == ()
    assert status is not None
    assert status.word == "live"
