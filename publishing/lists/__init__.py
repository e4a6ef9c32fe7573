"""Lists of live entries: kept in order as they are published, so that reading one costs its page.

A list is the entries of a kind, or those of them with one facet. `docs/adr/0035-growth.md` says
why they are not asked of the editions themselves.
"""
