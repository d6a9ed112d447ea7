"""What moved, written into a contract; and contracts drafted from pages."""
