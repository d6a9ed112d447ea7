"""Methods, headers, faults and controls that spoilt requests are made of."""

from __future__ import annotations

from typing import Any

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X-Y")
NAMES = (
    *(
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
    ),
    *("content-type", "cookie", "expect", "host", "idempotency-key", "if-none-match", "origin"),
    *("access-control-request-method", "access-control-request-headers", "range", "referer"),
    *(
        "sec-fetch-site",
        "transfer-encoding",
        "upgrade",
        "x-api-key",
        "x-forwarded-host",
        "x-fal-key",
    ),
    *("x-fal-request-timeout", "x-fal-store-io", "x-fal-object-lifecycle-preference", "user-agent"),
    *("x-harness-expect", "x-harness-test", "x-harness-id", "x-harness-sent-by", "prefer", "date"),
)
KNOWN = (
    *("application/json", "application/json; charset=utf-16", "application/json; charset=\xff"),
    *("multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary="),
    *(
        "text/plain",
        "text/event-stream",
        "image/png",
        "null",
        "gzip",
        "deflate",
        "gzip, br",
        "identity",
    ),
    *(
        "127.0.0.1",
        "fal.run",
        "api.x.ai:443",
        "[::1",
        "cross-site",
        "bytes=0-",
        "bytes=9-1",
        "*",
        "; ;=",
    ),
    *(
        "chunked",
        "100-continue",
        "h2c",
        "websocket",
        "code=429",
        "code=503",
        "code=x",
        "a=b, code=400",
    ),
    *("fal.generate.num_images.maximum", "one", "1" * 9, "-1", "x" * 9_000, "\xe9\xff", "\t", ""),
)
FAULTS = (
    *(
        "status=429",
        "status=503 retry-after=3",
        "status=x",
        "reset",
        "empty",
        "garbage",
        "html",
        "fewer=1",
    ),
    *(
        "truncate=9",
        "truncated",
        "content-type=text/plain",
        "error=none",
        "stuck",
        "fail",
        "webhook=lost",
    ),
    *(
        "moderated=empty",
        "gone",
        "nth=2 status=500",
        "probability=2",
        "=",
        "a=b=c",
        "\xff",
        "",
        "status",
    ),
)
CONTROLS = (
    *(
        "health",
        "version",
        "contracts",
        "requests",
        "requests/count",
        "requests/unmatched",
        "requests/1",
    ),
    *(
        "faults",
        "tasks",
        "tasks/1",
        "clock",
        "webhooks",
        "webhooks/1",
        "readings",
        "settings",
        "reset",
        "",
    ),
    *(
        "shutdown",
        "nothing",
        "openapi/fal.json",
        "openapi/none.json",
        "requests/%00",
        "tasks/..%2f",
    ),
)
ORDERS: tuple[Any, ...] = (
    {"fault": "status=429", "provider": "fal", "operation": "generate", "nth": 1},
    {"status": 429, "times": 1, "test": "one"},
    {"advance": 60, "speed": 100},
    {"state": "failed", "error": "none"},
    {"readings": {"fal.result-suffix": "short"}, "strict": True},
    {"timeout": 0, "count": 1, "test": "one", "action": "deliver"},
)
