"""Telling names: those of headers, query parameters and keys whose values are secrets."""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 64
"""Letters of a name that may be a telling one."""

ENDS = frozenset(
    {
        *("authorization", "credential", "credentials", "jwt", "passphrase", "passwd", "password"),
        *("pwd", "secret", "secrets", "setcookie"),
        *("accesskey", "accesskeyid", "apikey", "apikeys", "authkey", "encryptionkey", "masterkey"),
        *("privatekey", "secretkey", "sessionkey", "signingkey", "subscriptionkey"),
        *("accesstoken", "apitoken", "authtoken", "bearertoken", "csrftoken", "idtoken"),
        *("refreshtoken", "securitytoken", "sessiontoken", "sessionid", "sessionuuid"),
    }
)
"""What telling names end with, whole words of them, wherever they stand."""

ALONE = frozenset({"auth", "bearer", "cookie", "cookies", "token"})
"""Words that are telling where they are the whole name."""

ENDS_OUTSIDE = ENDS | {"signature", "signature256", "token"}
"""What telling names end with outside of bodies: in headers and in addresses."""

ALONE_OUTSIDE = ALONE | {"key", "session", "sid", "sig"}
"""Words that are telling where they are the whole name of a header or a query parameter."""

_documented: set[str] = set()

_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]")
_MOST_WORDS = 3


def document(name: str) -> None:
    """Take a header or a query parameter for a telling one, because it is on record as such."""
    if name.lower() not in _documented:
        _documented.add(name.lower())
        telling.cache_clear()


@lru_cache(4_096)
def telling(name: str, *, outside: bool = False) -> bool:
    """Whether the value of a name is a secret. A name is taken by its words, not by its letters.

    `outside` is for the names of headers and query parameters, which say more by themselves than
    those of a body.
    """
    if len(name) > LONGEST:
        return False
    if outside and name.lower() in _documented:
        return True
    words = [word.lower() for word in _BORDER.split(name) if word]
    words = words[1:] if words[:1] == ["x"] else words
    ends, alone = (ENDS_OUTSIDE, ALONE_OUTSIDE) if outside else (ENDS, ALONE)
    if len(words) == 1 and words[0] in alone:
        return True
    return any("".join(words[-count:]) in ends for count in range(1, _MOST_WORDS + 1))
