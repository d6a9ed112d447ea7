"""Bodies that are drawn: whole ones, pairs, sequences, and the plainest for a rule."""
