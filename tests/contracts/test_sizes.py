"""Arithmetic on sizes, held against the sizes that the pages list."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagine_harness.contracts import sizes
from imagine_harness.contracts.loading.load import recorded
from tests.laws import hold

RATIOS = (
    *("1:1", "3:4", "4:3", "9:16", "16:9", "2:3", "3:2"),
    *("9:19.5", "19.5:9", "9:20", "20:9", "1:2", "2:1"),
)

LUMENFALL = {
    ("1K", "1:1"): (1024, 1024),
    ("1K", "19.5:9"): (1508, 696),
    ("1K", "4:3"): (1183, 887),
    ("1K", "20:9"): (1527, 687),
    ("1K", "9:19.5"): (696, 1507),
    ("1K", "3:4"): (887, 1182),
    ("1K", "9:20"): (687, 1526),
    ("1K", "1:2"): (724, 1448),
    ("1K", "2:1"): (1448, 724),
    ("1K", "2:3"): (836, 1254),
    ("1K", "3:2"): (1254, 836),
    ("1K", "9:16"): (768, 1365),
    ("1K", "16:9"): (1365, 768),
    ("2K", "1:1"): (2048, 2048),
    ("2K", "9:19.5"): (1392, 3015),
    ("2K", "3:4"): (1774, 2365),
    ("2K", "4:3"): (2365, 1774),
    ("2K", "9:20"): (1374, 3053),
    ("2K", "20:9"): (3053, 1374),
    ("2K", "9:16"): (1536, 2731),
    ("2K", "16:9"): (2731, 1536),
    ("2K", "1:2"): (1448, 2896),
    ("2K", "2:1"): (2896, 1448),
    ("2K", "2:3"): (1672, 2508),
    ("2K", "3:2"): (2508, 1672),
    ("2K", "19.5:9"): (3014, 1391),
}
SIDES = {"1K": 1024, "2K": 2048}

XAI_1K = {
    "1:1": (1024, 1024),
    "3:4": (896, 1280),
    "4:3": (1280, 896),
    "9:16": (768, 1408),
    "16:9": (1408, 768),
    "2:3": (864, 1296),
    "3:2": (1296, 864),
    "9:19.5": (576, 1248),
    "19.5:9": (1248, 576),
    "9:20": (576, 1280),
    "20:9": (1280, 576),
    "1:2": (704, 1408),
    "2:1": (1408, 704),
}
# Both sides times min(2, sqrt(2048 * 2048 / area)), floored to multiples of 16.
XAI_2K = {
    "1:1": (2048, 2048),
    "3:4": (1712, 2432),
    "4:3": (2432, 1712),
    "9:16": (1504, 2768),
    "16:9": (2768, 1504),
    "2:3": (1664, 2496),
    "3:2": (2496, 1664),
    "9:19.5": (1152, 2496),
    "19.5:9": (2496, 1152),
    "9:20": (1152, 2560),
    "20:9": (2560, 1152),
    "1:2": (1408, 2816),
    "2:1": (2816, 1408),
}


def recorded_table(provider: str) -> sizes.SizeTable:
    (contract,) = recorded(provider).contracts
    assert contract.sizes is not None
    return contract.sizes


def test_a_nominal_size_is_the_one_that_the_page_lists() -> None:
    nominal = {(tier, ratio): sizes.nominal(ratio, SIDES[tier]) for tier, ratio in LUMENFALL}

    assert nominal == LUMENFALL


def test_the_gateways_recorded_table_is_the_pages_26_rows() -> None:
    table = recorded_table("lumenfall")

    assert dict(table.pixels) == LUMENFALL
    assert len(table.pixels) == 26
    assert table.tiers == ("1K", "2K")
    assert set(table.ratios) == set(RATIOS)


def test_the_makers_recorded_table_is_what_was_measured_and_its_scaling() -> None:
    table = recorded_table("xai")

    assert {ratio: table.at("1k", ratio) for ratio in table.ratios} == XAI_1K
    assert {ratio: table.at("2k", ratio) for ratio in table.ratios} == XAI_2K
    assert table.tiers == ("1k", "2k")


def test_a_contract_that_points_at_anothers_sizes_has_the_same_table() -> None:
    assert recorded_table("fal") == recorded_table("xai")


def test_a_scaled_size_stays_within_its_area_and_its_factor() -> None:
    def law(ratio: str) -> None:
        width, height = recorded_table("xai").at("2k", ratio)

        assert width * height <= 2048 * 2048
        assert width <= 2 * XAI_1K[ratio][0]
        assert width % 16 == height % 16 == 0

    hold(law, ((ratio, (ratio,)) for ratio in XAI_2K))


@pytest.mark.parametrize(
    ("tier", "ratio", "listed"),
    [
        ("1K", "16:9", (160, 90)),
        ("2K", "16:9", (360, 180)),
        ("2K", "1:2", (200, 300)),
        ("1K", "2:1", (160, 90)),
        ("1K", "2:3", (100, 100)),
    ],
)
def test_a_ratio_that_a_tier_does_not_list_is_the_nearest_one_of_that_tier(
    tier: str, ratio: str, listed: sizes.Pixels
) -> None:
    rows = [(100, 100), (160, 90), (360, 180), (200, 300)]
    table = sizes.labelled(rows, ["1K (1:1)", "1K (16:9)", "2K (2:1)", "2K (2:3)"])

    assert table.at(tier, ratio) == listed


@pytest.mark.parametrize(
    "label", ["1K 1:1", "1K(1:1)", "(1:1)", "1K ()", "1K (1:1) ", "1K (16 : 9)", ""]
)
def test_a_label_of_another_form_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"is not of the form 'TIER \(RATIO\)'"):
        sizes.labelled([(1, 1)], [label])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        *(("16:9", 16 / 9), ("1:2", 0.5), ("1:1", 1.0)),
        *((text, None) for text in ("0:1", "1:0", "-1:1", "1e999:1", "auto", "1", "1:2:3", ":")),
    ],
)
def test_a_text_is_a_ratio_where_it_says_a_shape(text: str, shape: float | None) -> None:
    assert sizes.read_ratio(text) == shape


def test_a_ratio_that_is_not_listed_goes_to_the_nearest() -> None:
    nearest = {
        **dict.fromkeys(("21:9", "3:1", "5:2", "7:1"), "20:9"),
        **dict.fromkeys(("5:4", "7:5", "6:5"), "4:3"),
        **{"4:5": "3:4", "16:10": "3:2", "5:3": "16:9", "1:3": "9:20"},
    }

    assert {sent: sizes.nearest_ratio(sizes.ratio_of(sent), RATIOS) for sent in nearest} == nearest


@pytest.mark.parametrize(
    ("sent", "nearest"),
    [
        ("1792x1024", "16:9"),
        ("1920x1080", "16:9"),
        ("1024x1792", "9:16"),
        ("1024x1024", "1:1"),
        ("1x1", "1:1"),
    ],
)
def test_pixels_go_to_the_nearest_ratio(sent: str, nearest: str) -> None:
    pixels = sizes.pixels_of(sent)

    assert pixels is not None
    assert sizes.nearest_ratio(pixels[0] / pixels[1], RATIOS) == nearest


@pytest.mark.parametrize("listed", [RATIOS, RATIOS[::-1]], ids=["in order", "backwards"])
def test_a_listed_ratio_is_its_own_nearest(listed: tuple[str, ...]) -> None:
    nearest = [sizes.nearest_ratio(sizes.ratio_of(ratio), listed) for ratio in listed]

    assert nearest == [*listed]


# No two listed ratios have a rational middle, so that whole pixels never tie.
@settings(derandomize=True, deadline=None)
@given(width=st.integers(1, 65_535), height=st.integers(1, 65_535))
def test_swapping_width_and_height_swaps_the_nearest_ratio(width: int, height: int) -> None:
    straight = sizes.nearest_ratio(width / height, RATIOS)
    swapped = sizes.nearest_ratio(height / width, RATIOS[::-1])

    assert swapped == ":".join(reversed(straight.split(":")))


def test_of_equally_near_ratios_the_first_is_taken() -> None:
    assert sizes.nearest_ratio(1.0, ("2:1", "1:2")) == "2:1"
    assert sizes.nearest_ratio(1.0, ("1:2", "2:1")) == "1:2"


def test_a_tier_is_the_side_of_a_square() -> None:
    sides = {
        **{"1K": 1024.0, "1k": 1024.0, "2K": 2048.0, "0.5K": 512.0, "1.5k": 1536.0},
        **{"0.25": 500.0, "1": 1000.0, "4": 2000.0},
    }

    assert {tier: sizes.side_of(tier) for tier in sides} == sides


def test_a_tier_that_is_not_listed_goes_to_the_nearest() -> None:
    nearest = {
        **dict.fromkeys(("1K", "1.4K", "0.5K", "0.25", "1", "2"), "1K"),
        **dict.fromkeys(("2k", "4K", "3K", "1.5K", "2.25", "4", "16"), "2K"),
    }

    assert {t: sizes.nearest_tier(sizes.side_of(t), ("1K", "2K")) for t in nearest} == nearest


def test_pixels_are_read_from_one_form_only() -> None:
    others = ("16:9", "auto", "1024X768", "1024x", "x", "1024x768x3", "-1x1", "1.5x2")

    assert sizes.pixels_of("1024x768") == (1024, 768)
    assert [text for text in others if sizes.pixels_of(text) is not None] == []
