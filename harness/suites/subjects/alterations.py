"""Answers as they may come one day: with more in them, with less, in another order or format."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.answers.images import Fetch, data_of, digests, format_and_size
from imagine_harness.mocks.images.draw import encoded
from imagine_harness.mocks.images.look import data_uri
from imagine_harness.mocks.images.picture import MEDIA_TYPES


def changed(answer: Any, change: Callable[[Any], Any]) -> Any:
    """An answer in which every value is changed, those inside objects and lists first."""
    if isinstance(answer, dict):
        return change({key: changed(value, change) for key, value in answer.items()})
    if isinstance(answer, list):
        return change([changed(each, change) for each in answer])
    return change(answer)


def with_new_fields(answer: Any) -> Any:
    """An answer in which every object holds a field that nobody knows."""
    new = {"x_new_field": {"of": ["later"]}}
    return changed(answer, lambda v: {**v, **new} if isinstance(v, dict) else v)


def reordered(answer: Any) -> Any:
    """An answer in which the keys of every object stand the other way round."""
    return changed(answer, lambda v: dict(reversed(v.items())) if isinstance(v, dict) else v)


def bare(answer: Any, shape: Schema, needed: Collection[str] = ()) -> Any:
    """An answer without the fields that its shape knows and does not require.

    Those in `needed` stay, wherever they are.
    """
    if isinstance(answer, dict):
        known, required = shape.get("properties", {}), (*shape.get("required", ()), *needed)
        return {
            key: bare(value, known.get(key, {}), needed)
            for key, value in answer.items()
            if key in required or key not in known or _is_needed(value)
        }
    if isinstance(answer, list):
        return [bare(each, shape.get("items", {}), needed) for each in answer]
    return answer


def _is_needed(value: Any) -> bool:
    """Whether a field is optional only because another one may stand in its place: an image."""
    return isinstance(value, dict | list) or bool(digests(value, str.encode))


def without_images(answer: Any) -> Any:
    """An answer whose lists are empty."""
    return changed(answer, lambda value: [] if isinstance(value, list) else value)


def with_one_less(answer: Any) -> Any:
    """An answer in which every list of several images has lost its last."""
    return changed(answer, lambda value: value[:-1] if _are_images(value) else value)


def _are_images(value: Any) -> bool:
    several = isinstance(value, list) and len(value) > 1
    return several and all(digests(each, str.encode) for each in value)


def an_error(_answer: Any) -> Any:
    """An error in place of the answer, with the status of a success."""
    return {"error": {"message": "the upstream failed", "type": "upstream_error", "code": "failed"}}


def in_state(answer: Any, place: str, instead_of: Collection[str], state: str) -> Any:
    """An answer with another state at a place such as `data[].status`.

    States that are not in `instead_of` stay as they are.
    """

    def moved(value: Any) -> Any:
        return state if isinstance(value, str) and value in instead_of else value

    return _at(answer, place, moved)


def _at(answer: Any, place: str, change: Callable[[Any], Any]) -> Any:
    step, _, rest = place.partition(".")
    key = step.removesuffix("[]")
    if not isinstance(answer, dict) or key not in answer:
        return answer

    def below(value: Any) -> Any:
        return _at(value, rest, change) if rest else change(value)

    found = answer[key]
    several = step.endswith("[]") and isinstance(found, list)
    return {**answer, key: [below(each) for each in found] if several else below(found)}


def with_data_uris(answer: Any, fetch: Fetch) -> Any:
    """An answer in which the address of every image is the image itself, as a data URI."""

    def inlined(value: Any) -> Any:
        data = fetch(value) if isinstance(value, str) and value.startswith("http") else None
        return value if data is None else data_uri(data, format_and_size(data)[0])

    return changed(answer, inlined)


@dataclass(frozen=True)
class OtherFormat:
    """Pictures in another format than was asked for, wherever they stand.

    Attributes:
        format: what they are made, `png`.
        disguised: whether content types still name the format that was asked for.
    """

    format: str
    disguised: bool

    def picture(self, data: bytes, kind: str) -> tuple[bytes, str]:
        """The bytes of a picture, and its content type, in the other format."""
        return _made_of(data, self.format), kind if self.disguised else MEDIA_TYPES[self.format]

    def answer(self, answer: Any) -> Any:
        """An answer in JSON with the pictures in it in the other format."""
        return changed(answer, lambda v: self._text(v) if isinstance(v, str) else v)

    def _text(self, text: str) -> str:
        data = data_of(text, lambda _address: None)
        if data is None:
            return text
        head, comma, _ = text.rpartition(",")
        if comma and not self.disguised:
            head = f"data:{MEDIA_TYPES[self.format]};base64"
        return head + comma + base64.b64encode(_made_of(data, self.format)).decode()


def _made_of(data: bytes, kind: str) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return encoded(picture.convert("RGB"), kind)
