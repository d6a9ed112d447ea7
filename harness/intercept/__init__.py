"""Bringing what is on its way to the providers' own hosts to the mocks, certificate included."""
