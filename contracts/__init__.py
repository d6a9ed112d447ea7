"""What image-generation providers promise, and the language that it is written in."""
