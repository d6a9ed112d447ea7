"""What the providers' SDKs read from the environment, so that they call the mocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagine_harness.contracts.loading.load import Recorded, mocked, names, recorded
from imagine_harness.contracts.provider import Base

HOST = "_HOST"
"""How the names of variables end that take a host's name, to which an SDK adds https itself."""


class NobodySpeaks(Exception):
    """A provider was preferred that cannot have the variables; the message lists those who can."""


def speakers(dialect: str) -> tuple[str, ...]:
    """The providers whose mocks take the calls of an API that many imitate, such as OpenAI's.

    They are those that have each of its calls, below the base address that SDKs take.
    """
    wanted = _calls(recorded(dialect))
    return tuple(name for name in mocked() if wanted <= _calls(recorded(name)))


def _calls(on_record: Recorded) -> set[tuple[str, str]]:
    base = on_record.provider.bases[0].path
    return {(each.method, each.path.removeprefix(base)) for each in on_record.operations}


def variables(
    address: str, served: Iterable[str], preferred: str = "", *, hosts: bool = False
) -> dict[str, str]:
    """The environment variables that lead SDKs to mocks, with keys that the mocks take.

    Of several providers that read one variable the first one has it, or the one that is preferred.
    Beside them each provider has variables of ours, `HARNESS_FAL_BASE_URL` and so on.

    Args:
        address: where the mocks are served, without a slash at its end.
        served: the providers that are.
        preferred: the provider that has the variables of the API that it imitates.
        hosts: whether also those are set that take a host's name instead of an address.

    Raises:
        NobodySpeaks: nobody can be preferred so; the message lists those who can.
    """
    found: dict[str, str] = {}
    served = list(served)
    for name in served:
        for variable, value in _own(name, name, address, hosts):
            found.setdefault(variable, value)
    for dialect in [each for each in names() if each not in mocked()]:
        able = [name for name in speakers(dialect) if name in served]
        if preferred and preferred not in able:
            expected = (
                f"expected one of {', '.join(able)}" if able else "nor can any other that is served"
            )
            raise NobodySpeaks(f"{preferred!r} cannot be called as {dialect}, {expected}")
        if able:
            found |= dict(_own(dialect, preferred or able[0], address, hosts))
    return {**found, **{key: value for name in served for key, value in _ours(name, address)}}


def _own(reader: str, name: str, address: str, hosts: bool) -> Iterator[tuple[str, str]]:
    """The variables that SDKs of one provider's API read, with the values of a mock."""
    bases = {each.name: each for each in recorded(name).provider.bases}
    for base in recorded(reader).provider.bases:
        if base.variable and base.name in bases and (hosts or not base.variable.endswith(HOST)):
            yield base.variable, _address(address, name, bases[base.name])
    yield recorded(reader).provider.credential.variable, recorded(name).provider.credential.example


def _ours(name: str, address: str) -> Iterator[tuple[str, str]]:
    provider = recorded(name).provider
    for base in provider.bases:
        yield f"HARNESS_{name}_{base.name}".upper(), _address(address, name, base)
    yield f"HARNESS_{name}_API_KEY".upper(), provider.credential.example


def _address(address: str, name: str, base: Base) -> str:
    return f"{address}/{name}{base.path}"
