"""The citations of an old document back into rows."""

from sources.models import Source


def restore_citations(row, parts, writer):
    """The citations of any row that has some; they are found again by their source."""

    def fill(citation, part):
        source = writer.find(Source, part["source"])
        if source is not None:
            citation.source = source
            writer.fields(citation, part, "quote", "quote_note")
            citation.save()

    writer.children(
        row.citations,
        parts,
        fill,
        row_key=lambda citation: str(citation.source_id),
        part_key=lambda part: part["source"]["id"],
    )
