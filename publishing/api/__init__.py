"""The JSON API of editions and of the catalogue, without a word about a subject.

A subject's `api.py` says what its lists may be filtered by and what its rows look like in CSV;
how a request is checked, paged, written and described is decided here, once.
"""
