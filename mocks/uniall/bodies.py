"""UniAll's answers on the synchronous routes: OpenAI's shape."""

from __future__ import annotations

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call


def pictures(call: Call) -> Answer:
    """The images of a generation or an edit; the revised prompt is always empty."""
    done = call.accepted[0]
    key = "url" if done.promise and done.promise.carrier == "url" else "b64_json"
    data = [{key: image.value, "revised_prompt": ""} for image in done.images]
    return Answer({"created": int(call.now()), "data": data})
