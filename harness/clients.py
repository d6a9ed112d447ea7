"""One small client for each provider: from a prompt and the provider's own parameters to images.

They show what a correct call looks like and drive the demo; they retry nothing and poll plainly.
"""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx

MODEL = "grok-imagine-image"
ACCOUNT = "0123456789abcdef0123456789abcdef"

MOST_POLLS = 200
"""Queries after which a task is given up."""


class Refused(Exception):
    """The provider answered with an error; the message is its own."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a provider is, and with which key.

    Attributes:
        base_url: as the provider's SDK takes it, without a slash at its end.
    """

    http: httpx.Client
    base_url: str
    api_key: str

    def post(self, path: str, body: Any, scheme: str = "Bearer") -> Any:
        """Send JSON, get JSON.

        Raises:
            Refused: the answer is no success.
        """
        headers = {"Authorization": f"{scheme} {self.api_key}"}
        return _decoded(self.http.post(self.base_url + path, json=body, headers=headers))

    def post_form(self, path: str, fields: Mapping[str, Any], picture: bytes) -> Any:
        """Send a multipart form with one picture as its `image`, get JSON.

        Raises:
            Refused: the answer is no success.
        """
        headers = {"Authorization": f"Bearer {self.api_key}"}
        files = {"image": ("image.png", picture)}
        sent = self.http.post(self.base_url + path, data=fields, files=files, headers=headers)
        return _decoded(sent)

    def get(self, path: str) -> Any:
        """Get JSON.

        Raises:
            Refused: the answer is no success.
        """
        headers = {"Authorization": f"Bearer {self.api_key}"}
        return _decoded(self.http.get(self.base_url + path, headers=headers))

    def image(self, reference: str) -> bytes:
        """The bytes that an address, a data URI or base64 stands for."""
        if reference.startswith("data:"):
            return base64.b64decode(reference.partition(",")[2])
        if reference.startswith(("http://", "https://")):
            return self.http.get(reference).raise_for_status().content
        return base64.b64decode(reference)


def _decoded(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise Refused(answer.status_code, answer.text)
    return answer.json()


def cloudflare(connection: Connection, prompt: str, **parameters: Any) -> list[bytes]:
    """Generate or edit at Cloudflare, in either of its success envelopes."""
    body = {"model": f"xai/{MODEL}", "input": {"prompt": prompt, **parameters}}
    result = connection.post(f"/accounts/{ACCOUNT}/ai/run", body)["result"]
    image = result["image"] if "image" in result else result["result"]["image"]
    return [connection.image(image)]


def runware(connection: Connection, prompt: str, **parameters: Any) -> list[bytes]:
    """Generate or edit at Runware: one task, one element of the answer for each image."""
    task = {
        "taskType": "imageInference",
        "taskUUID": str(uuid.uuid4()),
        "model": "xai:grok-imagine@image",
        "positivePrompt": prompt,
        **parameters,
    }
    keys = ("imageURL", "imageDataURI", "imageBase64Data")
    made = connection.post("", [task])["data"]
    return [connection.image(next(each[key] for key in keys if key in each)) for each in made]


def fal(connection: Connection, prompt: str, **parameters: Any) -> list[bytes]:
    """Generate or, with `image_urls`, edit at fal, synchronously."""
    path = f"/xai/{MODEL}" + ("/edit" if "image_urls" in parameters else "")
    made = connection.post(path, {"prompt": prompt, **parameters}, scheme="Key")
    return [connection.image(each["url"]) for each in made["images"]]


def lumenfall(connection: Connection, prompt: str, **parameters: Any) -> list[bytes]:
    """Generate or, with an `image`, edit at Lumenfall: an edit is a form with a file."""
    fields = {"model": MODEL, "prompt": prompt, **parameters}
    if "image" in fields:
        picture = connection.image(fields.pop("image"))
        return _listed(connection, connection.post_form("/images/edits", fields, picture))
    return _listed(connection, connection.post("/images/generations", fields))


def xai(connection: Connection, prompt: str, **parameters: Any) -> list[bytes]:
    """Generate or, with `image` or `images`, edit at xAI."""
    path = "/images/edits" if {"image", "images"} & parameters.keys() else "/images/generations"
    made = connection.post(path, {"model": MODEL, "prompt": prompt, **parameters})
    return _listed(connection, made)


def _listed(connection: Connection, made: Any) -> list[bytes]:
    """The images of an answer in OpenAI's shape."""
    return [connection.image(each.get("url") or each["b64_json"]) for each in made["data"]]


def uniall(connection: Connection, prompt: str, **parameters: Any) -> list[bytes]:
    """Generate or edit at UniAll by a task: the submission is flat, the query wrapped."""
    body = {"model": MODEL, "prompt": prompt, **parameters}
    task = connection.post("/images/tasks", body)
    for _ in range(MOST_POLLS):
        task = connection.get(f"/images/tasks/{task['task_id']}")["data"]
        if task["status"] == "succeeded":
            return [connection.image(url) for url in task["metadata"]["result_urls"]]
        if task["status"] == "failed":
            raise Refused(200, str(task["error"]))
        time.sleep(0.05)
    raise Refused(200, f"task {task['task_id']} did not end")


Client = Callable[..., list[bytes]]
"""(connection, prompt, **the provider's own parameters) -> the images' bytes."""

CLIENTS: Mapping[str, Client] = MappingProxyType(
    {
        "cloudflare": cloudflare,
        "runware": runware,
        "fal": fal,
        "lumenfall": lumenfall,
        "uniall": uniall,
        "xai": xai,
    }
)
"""The client of each provider."""
