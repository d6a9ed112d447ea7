"""What moved: the facts of a page against those of a contract."""
