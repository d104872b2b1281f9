"""Ratios against what a user has today; ``python -m benchmarks`` prints them."""
