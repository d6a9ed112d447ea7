"""Schemathesis, as one group of promises."""
