"""What answers hold: their images and their shapes."""
