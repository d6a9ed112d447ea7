"""Suites: what a client, a server or a gateway must keep, one promise at a time."""
