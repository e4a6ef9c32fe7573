"""Attacks, each by name, and what has to answer them; docs/threat-model.md says which is where."""
