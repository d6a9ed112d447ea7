"""What a provider promises as one OpenAPI 3.1 document."""
