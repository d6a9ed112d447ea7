"""Which promises are tried of each subject, and in which cases."""
