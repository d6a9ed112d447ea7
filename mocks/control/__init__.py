"""The controls under `/__admin/`, and the guard before them."""
