"""Pictures that xAI puts at addresses of the caller's, as `output.upload_urls` asks for."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.contracts.fields import ABSENT, get
from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Accepted, Image
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.images.picture import MEDIA_TYPES
from imagine_harness.mocks.services.delivery import Delivery, Policy

NAME = "output.upload_urls"
PATH = ("output", "upload_urls")


def refusal(done: Accepted, count: int) -> Refusal | None:
    """Why the addresses cannot be used for so many pictures, None where they can."""
    urls = get(done.root, PATH)
    if urls is ABSENT or urls is None:
        return None
    if not isinstance(urls, list) or not all(isinstance(each, str) for each in urls):
        told = "must be a list of addresses"
    elif len(urls) != count:
        told = f"must hold one address for each of {count} images, got {len(urls)}"
    else:
        return None
    return Refusal(("upload-urls", "violation"), {"parameter": NAME, "message": told})


async def deliveries(
    context: Context, test: str, task: str, done: Accepted, images: Sequence[Image]
) -> list[Delivery]:
    """What has to be put where: each picture, of its media type, at its address."""
    urls = get(done.root, PATH)
    if not isinstance(urls, list):
        return []
    policy = Policy(context.figure("upload_timeout"))
    return [
        Delivery(
            "upload",
            context.name,
            task,
            test,
            url,
            await context.services.media.rendered(image.picture),
            policy,
            method="PUT",
            content_type=MEDIA_TYPES[image.picture.format],
        )
        for url, image in zip(urls, images, strict=False)
    ]
