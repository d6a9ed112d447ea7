"""How much of what is on record was tried."""
