"""How the harness knows what is its own: the paths of its controls, and what it sends itself."""

ADMIN = "/__admin"
"""What the paths of the admin interface begin with, whatever the host."""

OURS = {"X-Harness-Sent-By": "imagine-harness"}
"""The header of whatever the mocks send out themselves, by which they know it again."""
