"""What is made of recordings, as where they are judged."""

from tests.harness.judging.conftest import judge, judges, known, tell

__all__ = ["judge", "judges", "known", "tell"]
