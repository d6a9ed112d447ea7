"""Bodies that are forms, in the exported documents."""

from __future__ import annotations

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import FORM
from tests.contracts.openapi.documents import call_of


def test_input_images_of_a_form_are_files() -> None:
    form = call_of(load.recorded("lumenfall").contracts[0].operations["edit"])
    media = form["requestBody"]["content"][FORM]
    file = {"type": "string", "format": "binary"}
    described = media["schema"]["properties"]
    assert described["image"]["type"] == ["string", "array"]
    assert described["image"]["format"] == "binary"
    assert described["images"]["items"] == described["image"]["items"] == file
    assert described["images"]["minItems"] == 1
    assert described["n"]["type"] == "integer"
    assert media["encoding"]["image"] == {"contentType": "image/png, image/jpeg, image/webp"}
