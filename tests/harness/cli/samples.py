"""What commands are given: a contract of an invented model, and the head of a program."""

from __future__ import annotations

MODEL = """
provider = "fal"
model    = "xai/invented-model"
title    = "Invented"
recorded = 2026-11-21
sizes    = "xai/grok-imagine-image"

[documents.page]
url  = "https://fal.example/invented"
read = 2026-11-21

[operation.generate]
method   = "POST"
path     = "/xai/invented-model"
content  = ["application/json"]
summary  = "Sketch"
source   = "page#Input"
required = ["prompt"]

[operation.generate.parameters]
prompt = { type = "string" }
count  = { type = "integer", minimum = 1, maximum = 2, default = 1 }

[operation.generate.outcome]
count   = "count"
carrier = "url"
size    = {}
source  = "page#Output"
"""
"""A model that nobody records, in the format of the recorded ones."""

CALL = """
import json, os, urllib.error, urllib.request
def call(body, path="/images/generations", base=os.environ["OPENAI_BASE_URL"], **headers):
    headers = {"Content-Type": "application/json",
        "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], **headers}
    asked = urllib.request.Request(base + path, json.dumps(body).encode(), headers)
    try:
        return urllib.request.urlopen(asked).status
    except urllib.error.HTTPError as error:
        return error.code
GOOD = {"model": "grok-imagine-image", "prompt": "A clay whale"}
"""
"""The beginning of a program that calls whoever has the variables of OpenAI's SDK."""

RULE = "lumenfall.generate.prompt.type"
"""What a program breaks whose prompt is no text."""
