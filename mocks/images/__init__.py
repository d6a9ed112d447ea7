"""Real pictures for the mocks: made from what was asked, and read back from what was sent.

Pillow is imported where it is used, so that a server starts without it.
"""
