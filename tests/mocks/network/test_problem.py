"""What the harness itself has to say, as the bytes of a whole answer."""

from __future__ import annotations

import json

from imagine_harness.mocks.network.problem import problem_bytes


def test_a_problem_says_why_in_its_first_line_and_in_its_body() -> None:
    answer = problem_bytes(403, "host-refused", "no way to bücher.example\r\nX: y")
    top, body = answer.split(b"\r\n\r\n")

    first, *lines = top.decode("ascii").split("\r\n")
    assert first == "HTTP/1.1 403 no way to b?cher.example??X: y"
    assert "X-Harness-Error: host-refused" in lines
    assert "Content-Type: application/problem+json" in lines
    assert f"Content-Length: {len(body)}" in lines
    assert json.loads(body)["detail"] == "no way to bücher.example\r\nX: y"
