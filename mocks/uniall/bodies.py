"""UniAll's answers on the synchronous routes: OpenAI's shape."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.mocks.call import Accepted, Answer, Call, Wording


def pictures(call: Call, accepted: Sequence[Accepted], _refused: Sequence[Wording]) -> Answer:
    """The images of a generation or an edit; the revised prompt is always empty."""
    done = accepted[0]
    key = "url" if done.promise and done.promise.carrier == "url" else "b64_json"
    data = [{key: image.value, "revised_prompt": ""} for image in done.images]
    return Answer({"created": int(call.now()), "data": data})
