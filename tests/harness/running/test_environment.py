"""The variables that lead SDKs to the mocks."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.loading.load import mocked
from imagine_harness.harness.running.environment import NobodySpeaks, speakers, variables

ADDRESS = "http://127.0.0.1:9"


def test_every_sdk_is_led_to_its_mock() -> None:
    told = variables(ADDRESS, mocked())

    assert {key: value for key, value in told.items() if not key.startswith("HARNESS_")} == {
        "CLOUDFLARE_BASE_URL": f"{ADDRESS}/cloudflare/client/v4",
        "CLOUDFLARE_API_TOKEN": "mock-token",
        "FAL_KEY": "mock-id:mock-secret",
        "OPENAI_BASE_URL": f"{ADDRESS}/lumenfall/openai/v1",
        "OPENAI_API_KEY": "lmnfl_mock.secret",
        "RUNWARE_BASE_URL": f"{ADDRESS}/runware/v1",
        "RUNWARE_API_KEY": "mock-key",
        "XAI_BASE_URL": f"{ADDRESS}/xai/v1",
        "XAI_API_KEY": variables(ADDRESS, ["xai"])["XAI_API_KEY"],
    }


def test_every_provider_has_variables_of_ours() -> None:
    assert variables(ADDRESS, ["fal"]) == {
        "FAL_KEY": "mock-id:mock-secret",
        "HARNESS_FAL_BASE_URL": f"{ADDRESS}/fal",
        "HARNESS_FAL_QUEUE_URL": f"{ADDRESS}/fal/queue",
        "HARNESS_FAL_API_KEY": "mock-id:mock-secret",
    }


def test_variables_that_take_a_host_are_left_alone_where_hosts_are_brought_to_the_mocks() -> None:
    told = variables(ADDRESS, ["fal"], hosts=True)

    assert told["FAL_RUN_HOST"] == f"{ADDRESS}/fal"
    assert told["FAL_QUEUE_RUN_HOST"] == f"{ADDRESS}/fal/queue"
    assert "FAL_RUN_HOST" not in variables(ADDRESS, ["fal"])


def test_several_providers_can_be_called_as_openai_and_one_of_them_is_preferred() -> None:
    assert speakers("openai") == ("lumenfall", "uniall", "xai")
    for name, path in (("uniall", "uniall/v1"), ("xai", "xai/v1")):
        told = variables(ADDRESS, mocked(), name)
        assert told["OPENAI_BASE_URL"] == f"{ADDRESS}/{path}"
    assert told["OPENAI_API_KEY"] == told["XAI_API_KEY"]


def test_only_those_that_are_served_have_variables() -> None:
    assert variables(ADDRESS, ["xai"])["OPENAI_BASE_URL"] == f"{ADDRESS}/xai/v1"
    assert "OPENAI_BASE_URL" not in variables(ADDRESS, ["fal"])


def test_who_cannot_be_preferred_is_told_with_those_who_can() -> None:
    with pytest.raises(NobodySpeaks, match="'fal' cannot be called as openai, expected one of lu"):
        variables(ADDRESS, mocked(), "fal")
    with pytest.raises(NobodySpeaks, match="openai, nor can any other that is served"):
        variables(ADDRESS, ["fal"], "xai")
