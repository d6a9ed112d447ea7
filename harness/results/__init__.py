"""What became of what was tried: results, waivers, reproductions, exit codes."""
