"""From the files of recorded contracts to their nouns."""
