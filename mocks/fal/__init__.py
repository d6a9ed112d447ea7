"""How fal speaks."""

from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.fal.bodies import headers, pictures
from imagine_harness.mocks.fal.errors import refuse
from imagine_harness.mocks.fal.queue import admits, cancel, submit
from imagine_harness.mocks.fal.status import result, status, stream
from imagine_harness.mocks.fal.storage import complete, keep_part, keep_whole, start
from imagine_harness.mocks.fal.tokens import realtime, upload
from imagine_harness.mocks.fal.uploads import (
    complete_at_cdn,
    keep_part_at_cdn,
    start_at_cdn,
    upload_at_cdn,
)
from imagine_harness.mocks.fal.verification import verify
from imagine_harness.mocks.fal.webhooks import announce, keys

DIALECT = Dialect(
    refuse=refuse,
    fulfil={
        "generate": pictures,
        "edit": pictures,
        "queue-status": status,
        "queue-stream": stream,
        "queue-result": result,
        "queue-response": result,
        "queue-cancel": cancel,
        "webhook-keys": keys,
        "upload-token": upload,
        "realtime-token": realtime,
        "upload-start": start,
        "upload-start-multipart": start,
        "upload-put": keep_whole,
        "upload-put-part": keep_part,
        "upload-complete": complete,
        "cdn-upload": upload_at_cdn,
        "cdn-upload-multipart": start_at_cdn,
        "cdn-part": keep_part_at_cdn,
        "cdn-complete": complete_at_cdn,
    },
    doors={"queue": submit},
    defers=lambda call, _: call.door is not None,
    admits=admits,
    headers=headers,
    announce=announce,
    verify=verify,
)
