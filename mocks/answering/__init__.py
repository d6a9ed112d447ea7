"""What is done for a call between its verdict and its answer, whatever the provider."""
