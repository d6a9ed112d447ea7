"""The endpoints of the controls, a noun a file, each with its routes."""
