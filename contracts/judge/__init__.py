"""Verdicts: what is on record, what is remembered and a request give one. Nothing is waited for."""
