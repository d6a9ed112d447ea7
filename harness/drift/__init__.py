"""Docs drift: what a provider's page says, against what is recorded."""
