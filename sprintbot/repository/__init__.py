"""The only reader of git."""
