"""What the mocks of all providers share: clock, store, journal, media, tasks, delivery, faults."""
