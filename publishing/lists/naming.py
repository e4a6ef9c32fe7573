"""What lists and combinations of facets are called."""

from itertools import groupby, product

FEEDS = ("domain", "city")  # facets that have a feed of their own


def list_name(kind, facet=""):
    """The list of a kind, or of those of them with the facet."""
    return f"{kind} {facet}" if facet else kind


def lists_of(kind, facets):
    return [kind, *(list_name(kind, facet) for facet in facets)]


def combination(kind, facets):
    """One name for the same facets in whatever order they are asked for."""
    return " ".join([kind, *sorted(set(facets))])


def combinations_of(kind, facets):
    """Every combination of two and more facets that finds such an entry; one of each name.

    A reader narrows a list by one domain, one city: two of a name are asked for by nobody.
    """
    by_name = groupby(sorted(set(facets)), key=_name_of)
    choices = product(*([None, *group] for _name, group in by_name))
    chosen = (tuple(filter(None, choice)) for choice in choices)
    return [combination(kind, facets) for facets in chosen if len(facets) > 1]


def has_feed(facet):
    return _name_of(facet) in FEEDS


def _name_of(facet):
    return facet.partition(":")[0]
