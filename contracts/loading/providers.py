"""From the decoded `provider.toml` to the provider."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from imagine_harness.contracts.credential import BodyKey, Credential, CredentialLocation
from imagine_harness.contracts.formats import FORMATS
from imagine_harness.contracts.loading.entries import Entry, FileContext, documents, readings
from imagine_harness.contracts.loading.lifecycles import life
from imagine_harness.contracts.loading.operations import beside
from imagine_harness.contracts.loading.outcomes import answer
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.paths import template
from imagine_harness.contracts.provider import (
    FETCH,
    Base,
    BrowserPages,
    Encodings,
    EntryPoint,
    ErrorCase,
    Media,
    MediaLifetime,
    Miss,
    PlatformConstant,
    Prefixes,
    Provider,
)


def provider(name: str, file: str, entry: Entry) -> Provider:
    """What all models of a provider share."""
    shared = documents(entry["documents"])
    bare = FileContext(file, name, shared, {})
    desk = FileContext(file, name, shared, readings(bare, entry.get("reading", ())))
    credential = entry["credential"]
    return Provider(
        name=name,
        title=entry["title"],
        gates=tuple(entry.get("gates", ())),
        bases=tuple(Base(b["name"], b["path"], b.get("variable")) for b in entry["base"]),
        hosts=MappingProxyType(dict(entry.get("hosts", {}))),
        media=_media(desk, entry["media"]) if "media" in entry else Media("", ""),
        credential=Credential(
            header=credential["header"],
            scheme=credential["scheme"],
            form=credential["form"],
            example=credential["example"],
            refused=tuple(credential["refused"]),
            variable=credential["variable"],
            statement=desk.statement(credential, "credential"),
            also=tuple(_key_place(desk, each) for each in credential.get("also", ())),
            body=_body_key(desk, credential.get("body")),
        ),
        documents=shared,
        readings=desk.readings,
        errors=_errors(desk, entry["error"]),
        refusals=tuple(answer(desk, each, "refusal") for each in entry["refusal"]),
        select=tuple(entry.get("select", ())),
        model_at=entry.get("model_at"),
        mocked=entry.get("mock", True),
        doors=tuple(_door(desk, each) for each in entry.get("door", ())),
        figures=MappingProxyType(
            {
                key: PlatformConstant(each["value"], desk.statement(each, f"figure.{key}"))
                for key, each in entry.get("figure", {}).items()
            }
        ),
        prefixes=_prefixes(desk, entry["model_prefix"]) if "model_prefix" in entry else None,
        lifecycles=tuple(life(desk, each) for each in entry.get("life", ())),
        browser_pages=_browser_pages(desk, entry.get("browser_pages")),
        encodings=_encodings(desk, entry.get("encodings")),
        misses=tuple(_miss(desk, each) for each in entry.get("miss", ())),
    )


def _miss(desk: FileContext, entry: Entry) -> Miss:
    named = entry.get("formats", {})
    for each in named.values():
        look_up("format", each, FORMATS, ContractError, where=f"{desk.file}: miss: ")
    last = entry["path"].rpartition("{")[2].removesuffix("}")
    steps = {name: FORMATS[each].pattern for name, each in named.items()}
    return Miss(template(entry["path"], {**steps, last: ".+"}), entry["when"])


def _body_key(desk: FileContext, entry: Entry | None) -> BodyKey | None:
    if entry is None:
        return None
    return BodyKey(entry["key"], entry["when"], desk.statement(entry, "credential.body"))


def _browser_pages(desk: FileContext, entry: Entry | None) -> BrowserPages | None:
    if entry is None:
        return None
    statement = desk.statement(entry, "browser_pages")
    return BrowserPages(entry["origin"], tuple(entry.get("exposed", ())), statement)


def _encodings(desk: FileContext, entry: Entry | None) -> Encodings | None:
    if entry is None:
        return None
    return Encodings(tuple(entry["decoded"]), desk.statement(entry, "encodings"))


def _media(desk: FileContext, entry: Entry) -> Media:
    return Media(
        host=entry["host"],
        path=entry["path"],
        also=tuple(entry.get("also", ())),
        public=entry.get("public", False),
        lifetimes=tuple(
            MediaLifetime(each["seconds"], desk.statement(each, f"{FETCH}.lifetime"))
            for each in entry.get("lifetime", ())
        ),
        statement=desk.statement(entry, f"{FETCH}.credential-sent") if "source" in entry else None,
    )


def _prefixes(desk: FileContext, entry: Entry) -> Prefixes:
    desk.statement(entry, "model_prefix")
    rule = {key: value for key, value in entry.items() if key != "values"}
    named = {"id": "model-prefix", "type": "allowed_when", "field": "model"}
    return Prefixes(tuple(entry["values"]), {**named, **rule})


def _key_place(desk: FileContext, entry: Entry) -> CredentialLocation:
    place = "header" if "header" in entry else "query"
    return CredentialLocation(
        desk.statement(entry, f"credential.{entry[place]}"),
        header=entry.get("header"),
        query=entry.get("query"),
        scheme=entry.get("scheme", ""),
        operations=tuple(entry.get("operations", ())),
        beside=tuple(entry.get("beside", ())),
        below=entry.get("below", ""),
    )


def _door(desk: FileContext, entry: Entry) -> EntryPoint:
    topic = f"door.{entry['id']}"
    return EntryPoint(
        entry["id"],
        entry["prefix"],
        desk.statement(entry, topic),
        beside(desk, topic, entry, "query"),
        beside(desk, topic, entry, "headers"),
        entry.get("instead", ""),
        tuple(entry.get("operations", ())),
    )


def _errors(desk: FileContext, entries: Iterable[Entry]) -> dict[str, tuple[ErrorCase, ...]]:
    made: dict[str, tuple[ErrorCase, ...]] = {}
    for entry in entries:
        when = entry["when"]
        case = ErrorCase(
            when=when,
            status=entry["status"],
            statement=desk.statement(entry, f"error.{when}"),
            code=entry.get("code"),
            kind=entry.get("kind"),
            message=entry.get("message", ""),
            body=entry.get("body", {}),
            headers=entry.get("headers", {}),
        )
        made[when] = (*made.get(when, ()), case)
    return made
