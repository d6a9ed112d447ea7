"""Generations and edits: answered at once, or with an id and later."""

from __future__ import annotations

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.xai import bodies, deferred, storage, uploads


async def pictures(call: Call) -> Answer | Refusal:
    """The images of a generation or an edit, or the id of a deferred one."""
    done = call.accepted[0]
    promised = done.promise
    refused = uploads.refusal(done, promised.count if promised else 0)
    if refused is not None:
        return refused
    places = storage.places(call, done)
    moderated = call.disorder.get("moderated")
    if deferred.is_deferred(done):
        return deferred.submit(call, done, places, moderated)
    images = await bodies.moderated_images(call, done, done.images, moderated)
    for delivery in await uploads.deliveries(call.context, call.test, "", done, images):
        call.services.deliveries.send(delivery)
    return Answer(bodies.body(call, done, images, places, call.now(), moderated))
