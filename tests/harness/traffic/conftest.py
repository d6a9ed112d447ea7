"""What is made of recordings, as where they are judged."""

from tests.harness.judging.conftest import app, judge, known, tell

__all__ = ["app", "judge", "known", "tell"]
