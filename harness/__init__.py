"""Suites, reports, the command line and the pytest plugin."""
