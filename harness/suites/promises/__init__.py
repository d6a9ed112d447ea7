"""What a subject must keep: a family of promises a file."""
