"""What came from outside: decoded, unpacked and printed within limits."""
