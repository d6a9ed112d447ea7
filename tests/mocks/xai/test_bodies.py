"""What moderation leaves of an answer that is a success all the same."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

Ask = Callable[..., httpx.Response]
Fetch = Callable[[str], bytes]
FAULT = "X-Harness-Fault"


@pytest.mark.parametrize("carrier", ["url", "b64_json"])
def test_moderation_may_leave_no_images_and_is_billed(carrier: str, ask: Ask) -> None:
    given = {"n": 3, "response_format": carrier}

    answer = ask("xai.generate", given, headers={FAULT: "moderated=empty"})

    assert answer.status_code == 200
    assert answer.json() == {"data": [], "usage": {"cost_in_usd_ticks": 600_000_000}}


@pytest.mark.parametrize("carrier", ["url", "b64_json"])
def test_moderation_may_leave_placeholders(
    carrier: str,
    ask: Ask,
    fetch: Fetch,
    decoded: Callable[[bytes], tuple[str, tuple[int, int]]],
) -> None:
    given = {"n": 2, "response_format": carrier, "aspect_ratio": "16:9"}

    data = ask("xai.generate", given, headers={FAULT: "moderated=placeholder"}).json()["data"]

    assert [item["respect_moderation"] for item in data] == [False, False]
    one, other = (fetch(item[carrier]) for item in data)
    assert one == other, "a placeholder shows nothing of the prompt"
    assert decoded(one) == ("JPEG", (1408, 768))


def test_images_that_pass_say_nothing_of_moderation(ask: Ask) -> None:
    [item] = ask("xai.generate").json()["data"]

    assert item.keys() == {"url", "mime_type", "revised_prompt"}


def test_a_moderated_request_spoils_no_other(ask: Ask, fetch: Fetch) -> None:
    spoilt = ask("xai.generate", headers={FAULT: "moderated=placeholder"}).json()["data"][0]
    plain = ask("xai.generate").json()["data"][0]

    assert "respect_moderation" not in plain
    assert fetch(plain["url"]) != fetch(spoilt["url"])
