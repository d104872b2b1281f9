"""Manifests: from YAML, with the position of everything, to the model."""
