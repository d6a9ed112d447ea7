"""Recorded traffic: read from any file, written as HAR, without secrets."""
