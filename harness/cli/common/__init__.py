"""What several verbs have in common, and the longer parts of one."""
