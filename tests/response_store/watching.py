"""A watch of the version for tests, which say themselves what it has seen."""

from types import SimpleNamespace


def seeing(generation, *, note=lambda generation: None):
    """One that sees what `generation()` gives, and has always looked just now."""
    return SimpleNamespace(
        generation=generation,
        generation_of_now=generation,
        generation_for_proxy=generation,
        note=note,
        returns=0,
    )
