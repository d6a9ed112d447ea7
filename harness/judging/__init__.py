"""Judging what any program sent: while it runs under the harness, or from what was recorded."""
