"""What findings add up to. Pure: no file, clock or environment is read here."""
