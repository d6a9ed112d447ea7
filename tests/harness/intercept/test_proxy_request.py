"""What is asked of a proxy: which heads are understood, and how they are passed on."""

from __future__ import annotations

import pytest

from imagine_harness.harness.intercept.proxy_request import BadProxyRequest, parse

HOST = "Host: other.example"


def head(first: str, *lines: str) -> bytes:
    return "\r\n".join([first, *lines, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("first", "host", "port"),
    [
        ("CONNECT fal.run:443 HTTP/1.1", "fal.run", 443),
        ("CONNECT Queue.Fal.Run:80 HTTP/1.0", "Queue.Fal.Run", 80),
        ("CONNECT [::1]:8443 HTTP/1.1", "::1", 8443),
        ("CONNECT a-b_c.example:65535 HTTP/1.1", "a-b_c.example", 65_535),
    ],
)
def test_a_tunnel_is_asked_for_by_host_and_port(first: str, host: str, port: int) -> None:
    read = parse(head(first, HOST))

    assert (read.tunnel, read.host, read.port, read.path) == (True, host, port, "")


@pytest.mark.parametrize(
    ("target", "scheme", "host", "port", "path"),
    [
        ("http://fal.run", "http", "fal.run", 80, "/"),
        ("http://fal.run:8080/a/b?c=d&e", "http", "fal.run", 8080, "/a/b?c=d&e"),
        ("https://fal.run/?q", "https", "fal.run", 443, "/?q"),
        ("http://[::1]/x", "http", "::1", 80, "/x"),
        ("http://user:secret@fal.run/x", "http", "fal.run", 80, "/x"),
    ],
)
def test_an_answer_is_asked_for_by_its_whole_address(
    target: str, scheme: str, host: str, port: int, path: str
) -> None:
    read = parse(head(f"GET {target} HTTP/1.1", HOST))

    assert (read.tunnel, read.scheme, read.host, read.port) == (False, scheme, host, port)
    assert read.path == path


@pytest.mark.parametrize(
    "first",
    [
        "",
        "GET",
        "GET / HTTP/1.1",
        "GET /x HTTP/2",
        "GET fal.run HTTP/1.1",
        "GET ftp://fal.run/ HTTP/1.1",
        "GET http:///x HTTP/1.1",
        "GET http://fal.run:x/ HTTP/1.1",
        "GET http://[::1/ HTTP/1.1",
        "CONNECT fal.run HTTP/1.1",
        "CONNECT fal.run:0 HTTP/1.1",
        "CONNECT fal.run:65536 HTTP/1.1",
        "CONNECT :443 HTTP/1.1",
        "CONNECT a@fal.run:443 HTTP/1.1",
        "CONNECT http://fal.run:443 HTTP/1.1",
        "\x16\x03\x01 \x00 HTTP/0",
    ],
)
def test_what_is_no_request_to_a_proxy_is_told_so(first: str) -> None:
    with pytest.raises(BadProxyRequest, match=r"expected|takes"):
        parse(head(first, HOST))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [HOST, HOST],
        [HOST, "Content-Length: 5", "Content-Length: 6"],
        [HOST, "Content-Length: 5, 6"],
        [HOST, "Content-Length: -5"],
        [HOST, "Transfer-Encoding: gzip, chunked"],
        [HOST, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        [HOST, "Content-Length : 5"],
        [HOST, "no header"],
        [HOST, "X: a\x00b"],
        [HOST, "X: a\rContent-Length: 5"],
        [f"{HOST}\n"],
        [HOST, "X: a\n\nGET http://fal.run/second HTTP/1.1", HOST],
    ],
)
def test_what_two_servers_may_read_differently_is_refused(lines: list[str]) -> None:
    with pytest.raises(BadProxyRequest, match="expected"):
        parse(head("POST http://fal.run/x HTTP/1.1", *lines))


def test_a_refusal_repeats_no_header() -> None:
    with pytest.raises(BadProxyRequest) as refused:
        parse(head("POST http://fal.run/x HTTP/1.1", HOST, "Authorization : Key a:b"))

    assert "Key" not in str(refused.value)


def test_of_two_lengths_the_one_that_counts_is_passed_on() -> None:
    lines = ["Content-Length: 5", "Transfer-Encoding: chunked"]
    read = parse(head("POST http://fal.run/x HTTP/1.1", HOST, *lines))

    assert read.forwarded_head() == head(
        "POST /x HTTP/1.1", "Host: fal.run", "Connection: close", "Transfer-Encoding: chunked"
    )


def test_a_head_is_passed_on_without_what_was_meant_for_the_proxy() -> None:
    read = parse(
        head(
            "POST http://fal.run:8080/a?b HTTP/1.1",
            "Host: evil.example",
            "Proxy-Connection: keep-alive",
            "Proxy-Authorization: Basic eDp5",
            "Connection: keep-alive",
            "Authorization: Key a:b",
            "X-Twice: 1",
            "X-Twice: 2",
        )
    )

    assert read.forwarded_head() == head(
        "POST /a?b HTTP/1.1",
        "Host: fal.run:8080",
        "Connection: close",
        "Authorization: Key a:b",
        "X-Twice: 1",
        "X-Twice: 2",
    )


def test_a_connection_that_is_to_become_another_protocols_stays_open() -> None:
    lines = ["Connection: Upgrade", "Upgrade: websocket"]
    read = parse(head("GET http://[::1]/v1 HTTP/1.1", HOST, *lines))

    assert read.forwarded_head() == head("GET /v1 HTTP/1.1", "Host: [::1]", *lines)
