"""The vocabulary: what is claimed, what was measured, and how the two compare. Pure."""
