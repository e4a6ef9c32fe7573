"""Columns of CSV tables: a name, and what it shows of an item."""


def field(name):
    """The item's value itself."""
    return lambda item: item[name]


def fields(*names):
    """A column for each of these plain values."""
    return {name: field(name) for name in names}


def each(name, key):
    """One value of each part in a list of the item."""
    return lambda item: [part[key] for part in item[name]]


def limit(name):
    """A time limit as `9 working_day`."""

    def read(item):
        value = item[name]
        return value and f"{value['value'] or ''} {value['unit']}".strip()

    return read


def day(name):
    """A partial date as its ISO text."""
    return lambda item: item[name] and item[name]["value"]


def sources(item):
    """Publisher and title of each source, with its address where it may be linked."""
    return [
        " ".join(filter(None, (source["publisher"], source["title"], source["url"])))
        for source in (citation["source"] for citation in item["citations"])
    ]


EDITION_COLUMNS = {
    "sources": sources,
    **fields("last_verified_on", "edition", "sequence", "published_at", "updated_at", "id"),
}
