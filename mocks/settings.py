"""How the mocks behave: what every option of theirs ends up in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from imagine_harness.contracts.operation import Contract
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.images.picture import Weight
from imagine_harness.mocks.services.budget import MEMORY
from imagine_harness.mocks.services.faults import Fault
from imagine_harness.mocks.services.tasks import Mode


def weight(name: str) -> Weight:
    """The weight of pictures that has a name.

    Raises:
        MockError: there is none.
    """
    if name not in {str(each) for each in Weight}:
        raise MockError(f"pictures must be one of {', '.join(Weight)}, got {name!r}")
    return Weight(name)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the mocks behave.

    Attributes:
        seed: decides ids, seeds and order; None for one that differs from run to run.
        speed: seconds that pass for the mocks in one real second.
        strict: turns every reading that can refuse to its refusing choice.
        readings: choices by reading id, over `strict`.
        providers: which to serve; empty for all on record.
        contracts: more contracts, of models that are not on record.
        pictures: how many bytes the pictures have that the mocks make.
        allow: hosts outside this machine that webhooks, uploads and routed calls may go to.
        memory: bytes of exchanges, tasks, media and the like that are kept; the oldest make room.
        route: where a gateway's mock hands calls on to: the name of an upstream provider -> its
            base URL as its SDK takes it, or `HERE`; empty for one that makes its own pictures.
        route_keys: the keys that go with them, by upstream; the recorded example for others.
        admin_token: the bearer token that every control wants; None wants one of those only who
            come from beyond this machine.
        public_url: the address by which clients reach the mocks, a path prefix included, where
            it is not the one that they are asked by; addresses in answers lead there.
    """

    seed: int | None = None
    speed: float = 1.0
    strict: bool = False
    readings: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    providers: tuple[str, ...] = ()
    contracts: tuple[Contract, ...] = ()
    tasks: Mode = Mode.TIMED
    pictures: Weight = Weight.LIGHT
    allow: tuple[str, ...] = ()
    memory: int = MEMORY
    route: Mapping[str, str] = field(default_factory=dict)
    route_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    admin_token: str | None = field(default=None, repr=False)
    public_url: str | None = None
