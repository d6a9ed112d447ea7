"""The one list of rule types: what its rows say, and what an entry without one is refused with."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagine_harness.contracts.fields import Schema
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.rules import types
from imagine_harness.contracts.rules.context import RuleContext
from tests.contracts.rules.rivals import MODEL


def test_a_type_without_a_row_is_refused_with_those_that_have_one(root: Path) -> None:
    with pytest.raises(ContractError, match=r"'rivals' is none of table, together, .*constraint"):
        load.recorded("acme")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", "a rule of type rivals needs the key 'fields'"),
        ("fields = []", r"operation.switch.rule.0.fields: \[\] "),
        ('fields = ["left"]\ngroups = ["left"]', "a rule of type rivals has no key 'groups', it "),
        ('fields = ["left", "wright"]', "no parameter 'wright', known: .*; did you mean 'right'"),
    ],
)
def test_the_keys_of_a_new_type_are_checked(
    contract: Contract, root: Path, entry: str, said: str
) -> None:
    text = MODEL.replace('fields = ["left", "right"]', entry)
    (root / "acme" / "switch.toml").write_text(text, encoding="utf-8")
    load.recorded.cache_clear()

    with pytest.raises(ContractError, match=said):
        load.recorded("acme")


def test_so_many_parameters_a_rule_needs_and_so_more_of_them_change_what_it_allows() -> None:
    told = {
        name: (made.fewest, made.wider_is_looser, made.demanding)
        for name, made in types.in_entries().items()
        if (made.fewest, made.wider_is_looser, made.demanding) != (None, None, False)
    }

    assert told == {
        "excludes": (2, False, False),
        "one_of": (1, True, True),
        "precedence": (2, None, False),
        "requires_when": (1, True, True),
        "together": (2, False, False),
    }


def test_what_keywords_and_lists_of_sizes_state_is_not_compared_as_a_rule() -> None:
    compared = {name: made.compared for name, made in types.RULE_TYPES.items()}

    assert {name for name, each in compared.items() if not each} == {
        "constraint",
        "required",
        "table",
    }


def test_a_key_means_the_same_in_every_type() -> None:
    meant: dict[str, Schema] = {}
    for made in types.in_entries().values():
        for key, schema in {**(made.needs or {}), **made.takes}.items():
            assert meant.setdefault(key, schema) == schema, (made, key)

    assert "fields" in meant


def test_what_only_a_parameters_line_states_is_of_no_entry(acme: Recorded) -> None:
    statement = next(acme.contracts[0].rules()).statement

    assert set(types.RULE_TYPES) - set(types.in_entries()) == {"required"}
    with pytest.raises(NotImplementedError, match="no entry states a rule of type required"):
        types.rule_type("required").parse(
            statement, {"type": "required"}, RuleContext("here", {}, ())
        )
