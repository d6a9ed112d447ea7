"""A command under the mocks: started, led to them, and ended with all that it started."""
