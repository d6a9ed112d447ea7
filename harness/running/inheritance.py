"""What somebody else's command has of our own environment."""

from __future__ import annotations

import os

KEPT_BACK = ("IMAGINE_HARNESS_ADMIN_TOKEN",)
"""Variables that open something of ours."""


def inherited() -> dict[str, str]:
    """Our environment, without what opens something of ours."""
    return {name: value for name, value in os.environ.items() if name not in KEPT_BACK}
