"""Plain values of parameters."""

from __future__ import annotations

import re

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.rules.values import samples


def test_placeholders_have_a_text_of_their_form() -> None:
    operations = load.recorded("cloudflare").contracts[0].operations

    texts = samples(operations["generate"].path_parameters)

    assert texts.keys() == {"account_id"}
    assert re.fullmatch("[0-9a-fA-F]{32}", texts["account_id"])


def test_without_placeholders_there_is_none() -> None:
    assert samples(load.recorded("fal").contracts[0].operations["generate"].path_parameters) == {}
