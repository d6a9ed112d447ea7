"""Who may ask the mocks, and whom the mocks ask themselves."""
