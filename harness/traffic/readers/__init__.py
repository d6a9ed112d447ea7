"""One reader for each format of recorded traffic; all of them give `Recording` values."""
