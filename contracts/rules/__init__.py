"""What a rule is, and the rule types, a family a file."""
