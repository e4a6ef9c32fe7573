"""An old document of a zone back into its rows."""

from publishing.restore import partial_date
from regions.models import County
from sources.restore import restore_citations


def restore_zone(zone, document, writer):
    """Make the rows of a zone say what the document says."""
    writer.address(zone, document)
    writer.fields(
        zone,
        document,
        *("position", "title", "summary", "theme", "zone_kind", "evidence", "caveat"),
        "translations",
    )
    zone.signed_on = partial_date(document["signed_on"])
    verified_on = document["last_verified_on"]
    writer.verification(zone, "last_verified_on", "last_verified_by", verified_on)
    zone.save()
    _restore_signatories(zone, document["signatories"], writer)
    _restore_children(zone, document, writer)


def _restore_signatories(zone, counties, writer):
    def fill(signatory, part):
        county = writer.find(County, part)
        if county is not None:
            signatory.county = county
            signatory.save()

    writer.children(
        zone.signatories,
        counties,
        fill,
        row_key=lambda signatory: str(signatory.county_id),
        part_key=lambda county: county["id"],
    )


def _restore_children(zone, document, writer):
    def aim(row, part):
        writer.fields(row, part, "text", "translations")
        row.save()

    def event(row, part):
        writer.fields(row, part, "kind", "text", "place", "translations")
        row.date = partial_date(part["date"])
        row.save()
        restore_citations(row, part["citations"], writer)

    def agreement(row, part):
        writer.unique(row, part, "slug")
        writer.fields(
            row,
            part,
            *("title", "kind", "document_number", "summary", "note", "dimensions", "translations"),
        )
        row.signed_on = partial_date(part["signed_on"])
        row.save()
        writer.children(row.parties, part["parties"], party)
        restore_citations(row, part["citations"], writer)

    def party(row, part):
        writer.fields(row, part, "name", "translations")
        row.save()

    writer.children(zone.aims, document["aims"], aim)
    writer.children(zone.events, document["events"], event)
    writer.children(zone.agreements, document["agreements"], agreement)
    restore_citations(zone, document["citations"], writer)
