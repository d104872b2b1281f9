"""How many tests there are: counted from source, or read from a report of a run."""
