"""Path converters: what a number in an address may look like."""

from django.urls import register_converter


class YearConverter:
    """A year of four ASCII digits."""

    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04d}"


class EditionNumberConverter:
    """A number from 1, without leading zeros, that fits PostgreSQL's integer."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


class LetterConverter:
    """One small letter."""

    regex = "[a-z]"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(YearConverter, "year")
register_converter(LetterConverter, "letter")
register_converter(EditionNumberConverter, "edition_number")
