"""Mock servers of image-generation APIs."""
