"""Where credentials may stand: a subject's own in its documented place, a caller's nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from imagine_harness.contracts.credential import Credential
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.suites.failure import Broken, all_texts_of
from imagine_harness.harness.suites.subjects.call_thread import captured_log
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.gateway import Gateway
from imagine_harness.harness.suites.subjects.interaction import PATIENCE, Interaction, at_each

CIRCUMSTANCES = ("", "status=401", "reset")
"""What calls meet whose traces are searched, as faults: nothing, a refusal, a broken connection."""


def keeps_secret(client: Client, root: Any) -> None:
    """The credential stands where it is documented to stand and nowhere else.

    A request for a picture may have it in that header, too: the testbed serves pictures at the
    address of the API, and who sends a key to one origin only sends it there as well.
    """
    credential = client.provider.credential
    for fault in CIRCUMSTANCES:
        with captured_log() as lines:
            interaction = client.call(root, *at_each(client.calls, fault), deadline=PATIENCE)
        secret = credential.example
        places = [*_places(interaction, secret, credential)]
        if interaction.error is not None and secret in all_texts_of(interaction.error):
            places.append("the exception")
        if any(secret in line for line in lines):
            places.append("the log")
        if places:
            raise Broken(f"the credential stands in {places[0]}", interaction)


def keeps_secrets_apart(gateway: Gateway, root: Any) -> None:
    """No caller's key goes to an upstream, and no key of the gateway's goes anywhere else."""
    credential = gateway.upstreams[str(gateway.upstream)].provider.credential
    for fault in CIRCUMSTANCES:
        interaction = gateway.call(root, *at_each(gateway.calls, fault))
        for place in _places(interaction, gateway.server.key, None):
            message = f"the caller's key came to {gateway.upstream}, in {place}"
            raise Broken(message, interaction)
        for place in _places(interaction, gateway.key, credential):
            raise Broken(f"the gateway's own key stands in {place}", interaction)
        response, own = interaction.response, gateway.key.encode()
        if response is not None and (own in response.body or own in response.headers):
            raise Broken("the gateway's own key came back", interaction)


def _places(interaction: Interaction, secret: str, credential: Credential | None) -> Iterator[str]:
    """Where requests upstream hold a secret beside the places that are documented for it."""
    for exchange in interaction.upstream:
        proper = _proper(credential, exchange) if credential else ()
        query = [v for name, v in parse_qsl(exchange.request.query) if name.lower() not in proper]
        if any(secret in each for each in (unquote(exchange.request.path), *query)):
            yield "an address"
        if secret.encode() in _body(exchange, credential):
            yield "a body"
        for name, value in exchange.request.headers.items():
            if secret.encode() in value and name.decode("latin-1").lower() not in proper:
                yield f"the header {name.decode('latin-1')}"


def _body(exchange: Exchange, credential: Credential | None) -> bytes:
    """A request's body without the credential where it is documented to hand that in."""
    body = exchange.request.body
    if credential is None or credential.body is None:
        return body
    try:
        sent = decoded(body)
    except Undecodable:
        return body
    if credential.in_body(sent) is None:
        return body
    return orjson.dumps(credential.body.rest(sent))


def _proper(credential: Credential, exchange: Exchange) -> Collection[str]:
    """The headers and query parameters that are documented to hold it, in small letters."""
    also = [
        each.name
        for each in credential.also
        if not each.operations or exchange.operation in each.operations
    ]
    return {credential.header.lower(), *also}
