"""What is kept has a bound in bytes: the oldest makes room, it is told once, and costs one step."""

from __future__ import annotations

import logging
import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.services import budget
from imagine_harness.mocks.services.budget import Kept, Memory, in_words, size, weighed
from imagine_harness.mocks.services.journal import Journal
from tests.mocks.services.test_journal import noted

ClientOf = Callable[[App], httpx.Client]
Plain = Callable[..., httpx.Request]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("64000000", 64_000_000),
        ("64MB", 64_000_000),
        ("64mb", 64_000_000),
        ("64M", 64_000_000),
        ("64 MB", 64_000_000),
        (" 64MiB ", 67_108_864),
        ("1.5GB", 1_500_000_000),
        ("2Gi", 2_147_483_648),
        ("10k", 10_000),
        ("7B", 7),
        ("1TB", 1_000_000_000_000),
    ],
)
def test_a_size_is_read_as_people_write_it(text: str, length: int) -> None:
    assert size(text) == length


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "64 elephants", "1e9", "٦٤MB", "9" * 5_000])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="expected a size such as 64MB"):
        size(text)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (125_000_000, "125 MB"),
        (1_500_000_000, "1.5 GB"),
    ],
)
def test_a_size_is_written_as_people_read_it(length: int, words: str) -> None:
    assert in_words(length) == words


def test_the_weight_of_a_body_is_that_of_all_in_it_and_of_what_is_shared_once() -> None:
    text = "x" * 1_000_000
    wide = "x" * 1_000_000 + "\N{PARTY POPPER}"

    assert weighed({"a": [text], "b": {"c": text}}) == pytest.approx(1_000_000, abs=2_000)
    assert weighed([wide]) == pytest.approx(4_000_000, abs=2_000)
    assert weighed(text, [text]) == pytest.approx(1_000_000, abs=2_000)
    assert weighed([1.5] * 3, None) >= sys.getsizeof([1, 2, 3])


def test_the_oldest_make_room_for_the_bytes_of_the_newest() -> None:
    kept: Kept[str, str] = Kept("things", 100)
    for name in "abc":
        kept.add(name, name.upper(), 40)

    assert [*kept] == ["B", "C"]
    assert (kept.held, kept.dropped, "a" in kept, kept.get("b")) == (80, 1, False, "B")


def test_what_is_asked_for_may_stay_longer() -> None:
    kept: Kept[str, str] = Kept("things", 100, most=2)
    kept.add("a", "A", 1)
    kept.add("b", "B", 1)
    assert kept.touched("a") == "A"
    kept.add("c", "C", 1)

    assert [*kept] == ["A", "C"]
    assert kept.touched("b") is None


def test_what_is_larger_than_all_the_room_is_kept_alone() -> None:
    kept: Kept[str, str] = Kept("things", 100)
    for name in "ab":
        kept.add(name, name, 500)

    assert ([*kept], kept.held) == (["b"], 500)


def test_a_thing_that_is_kept_again_has_its_place_and_weighs_what_it_weighs_now() -> None:
    kept: Kept[str, str] = Kept("things", 100)
    kept.add("a", "A", 10)
    kept.add("b", "B", 20)
    kept.add("a", "C", 80)

    assert ([*kept], kept.held, kept.dropped) == (["C", "B"], 100, 0)
    kept.add("b", "D", 30)
    assert ([*kept], kept.held, kept.dropped) == (["D"], 30, 1)


def test_what_is_forgotten_or_taken_gives_its_room_back_and_is_not_dropped() -> None:
    gone: list[str] = []
    kept: Kept[str, str] = Kept("things", 100, dropped=gone.append)
    for name in "abcd":
        kept.add(name, name, 20)

    assert kept.pop("a") == "a"
    assert kept.pop("a") is None
    assert kept.forget(lambda key, _: key in "bc") == ["b", "c"]
    assert ([*kept], kept.held, kept.dropped, gone) == (["d"], 20, 0, [])
    assert kept.forget() == ["d"]
    for name in "ef":
        kept.add(name, name, 80)
    assert (gone, kept.dropped) == (["e"], 1)


def test_that_something_is_dropped_is_told_once_with_the_bound(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heavy: Kept[int, int] = Kept("pictures", 2_000_000)
    many: Kept[int, int] = Kept("calls", 1_000, most=1_000)
    with caplog.at_level(logging.WARNING):
        for number in range(10):
            heavy.add(number, number, 1_000_000)
        for number in range(1_005):
            many.add(number, number, 0)

    assert caplog.messages == [
        "more than 2 MB of pictures (--memory takes more): the oldest are forgotten from now on",
        "more than 1,000 calls: the oldest are forgotten from now on",
    ]


def test_what_can_be_made_again_is_dropped_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    rendered = Memory(32).kept("rendered pictures")
    with caplog.at_level(logging.WARNING):
        for number in range(10):
            rendered.add(number, b"", 2)

    assert caplog.messages == []
    assert rendered.dropped > 0


def test_all_kinds_together_have_no_more_than_there_is() -> None:
    memory = Memory(1_000_000)
    for name in budget.SHARES:
        memory.kept(name)

    told = memory.as_json()

    assert told["most_bytes"] == 1_000_000
    assert sum(each["most_bytes"] for each in told["kinds"].values()) <= 1_000_000
    assert {"kept": 0, "bytes": 0, "dropped": 0}.items() <= told["kinds"]["media"].items()


# Through the whole mock


def photograph(length: int) -> str:
    """A picture of about so many bytes, as a data URI."""
    import base64
    import random
    from io import BytesIO

    from PIL import Image

    side = int((length / 4) ** 0.5)
    pixels = random.Random(length).randbytes(side * side * 3)
    file = BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(file, "png")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def kinds(app: App) -> dict[str, Any]:
    told: dict[str, Any] = app.memory.as_json()["kinds"]
    return told


def test_many_pictures_in_requests_take_no_more_than_the_memory(
    client_of: ClientOf, plain: Plain
) -> None:
    app = App(Settings(seed=1, memory=4_000_000))
    client = client_of(app)
    body = {"image_urls": [photograph(150_000)]}
    length = len(body["image_urls"][0])
    for _ in range(30):
        assert client.send(plain("fal.edit", body)).status_code == 200

    exchanges = kinds(app)["exchanges"]
    held = sum(len(each.request.body) + len(each.response.body) for each in app.services.journal)
    assert length < held <= exchanges["bytes"] <= exchanges["most_bytes"] <= 500_000
    assert exchanges["kept"] + exchanges["dropped"] == 30
    assert client.get("/__admin/settings").json()["memory"]["kinds"]["exchanges"] == exchanges
    assert app.services.journal.get("30") is not None
    assert app.services.journal.get("1") is None


def test_a_large_request_under_way_drives_nothing_out() -> None:
    journal = Journal(memory=Memory(8_000_000))
    small, large = noted(1), noted(2, body=bytes(30_000_000), status=0)
    journal.record(small)
    journal.open(large)

    assert [*journal] == [small, large]
    journal.close(large)
    assert [each.id for each in journal] == [small.id, large.id]
    assert len([*journal][1].request.body) < 10_000


def test_an_exchange_that_was_forgotten_under_way_stays_forgotten() -> None:
    journal = Journal()
    under_way = noted(1)
    journal.open(under_way)
    journal.reset()
    journal.close(under_way)

    assert [*journal] == []


def test_an_exchange_that_ends_late_has_its_place_and_weighs_its_answer() -> None:
    memory = Memory()
    journal = Journal(memory=memory)
    first = noted(1, answer=b"")
    journal.open(first)
    journal.record(noted(2))
    before = memory.as_json()["kinds"]["exchanges"]["bytes"]
    first.response.body = bytes(100_000)
    journal.close(first)

    assert [each.id for each in journal] == ["1", "2"]
    assert memory.as_json()["kinds"]["exchanges"]["bytes"] == before + 100_000


def test_a_value_that_a_violation_shows_counts(client_of: ClientOf, plain: Plain) -> None:
    app = App(Settings(seed=1, memory=8_000_000))
    client = client_of(app)
    for _ in range(10):
        answer = client.send(plain("fal.generate", {"num_images": ["x" * 400_000]}))
        assert answer.status_code == 422

    assert kinds(app)["exchanges"]["kept"] == 2


class Counted(OrderedDict[Any, Any]):
    """A mapping that counts how often it is gone through."""

    walks = 0

    def __iter__(self) -> Any:
        Counted.walks += 1
        return super().__iter__()

    def items(self) -> Any:
        Counted.walks += 1
        return super().items()

    def values(self) -> Any:
        Counted.walks += 1
        return super().values()

    def keys(self) -> Any:
        Counted.walks += 1
        return super().keys()


def test_no_request_goes_through_all_that_is_kept(
    client_of: ClientOf, plain: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "OrderedDict", Counted)
    app = App(Settings(seed=1, memory=1_000_000))
    client = client_of(app)
    Counted.walks = 0
    for number in range(40):
        headers = {"X-Harness-Test": f"test {number % 20}"}
        for operation in ("fal.generate", "runware.task", "uniall.task"):
            assert client.send(plain(operation, headers=headers)).status_code == 200

    assert kinds(app)["exchanges"]["dropped"] > 0
    assert kinds(app)["tests"]["dropped"] > 0
    assert Counted.walks == 0


@pytest.mark.parametrize("memory", [0, -1, 999_999])
def test_a_memory_that_holds_next_to_nothing_is_refused(memory: int) -> None:
    from imagine_harness.mocks.errors import MockError

    with pytest.raises(MockError, match="memory must be at least 1 MB, got "):
        App(Settings(memory=memory))
