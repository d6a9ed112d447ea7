"""What a test holds of the mocks: their addresses, journal, faults, tasks and clock."""
