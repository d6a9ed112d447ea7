"""What goes wrong in setting the mocks up."""


class MockError(Exception):
    """The mocks could not be set up: an option means nothing, or a name is not recorded.

    The message says what was expected and what is known.
    """
