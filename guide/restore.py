"""An old document of a measure back into its rows."""

from contacts.models import Department
from contacts.restore import restore_departments
from guide.models import Domain
from publishing.models import Edition
from sources.restore import restore_citations


def restore_measure(measure, document, writer):
    """Make the rows of a measure say what the document says."""
    writer.address(measure, document)
    writer.unique(measure, document, "official_number")
    writer.fields(
        measure,
        document,
        *("position", "title", "summary", "audience", "body", "scope", "limit_note", "keywords"),
        *("guide_confidence", "evidence", "caveat", "translations"),
    )
    measure.domain = writer.find(Domain, document["domain"]) or measure.domain
    _restore_limit(measure, "promised", document["promised_limit"])
    _restore_limit(measure, "statutory", document["statutory_limit"])
    measure.fee, measure.fee_note = document["fee"]["kind"], document["fee"]["note"]
    verified_on = document["last_verified_on"]
    writer.verification(measure, "last_verified_on", "last_verified_by", verified_on)
    measure.save()
    _restore_relations(measure, document, writer)
    _restore_children(measure, document, writer)


def _restore_limit(row, prefix, limit):
    setattr(row, f"{prefix}_value", limit["value"] if limit else None)
    setattr(row, f"{prefix}_unit", limit["unit"] if limit else "")


def _restore_relations(measure, document, writer):
    for name in ("scenarios", "hotlines", "offices"):
        writer.quoted(getattr(measure, name), document[name])
    # A document names only what was public: relations to drafts are none of its business.
    live = Edition.objects.current().of_kind(measure.kind).values("entry_id")
    drafts = list(measure.related.exclude(pk__in=live))
    writer.quoted(measure.related, document["related"])
    measure.related.add(*drafts)


def _restore_children(measure, document, writer):
    def with_fields(*names):
        def fill(row, part):
            writer.fields(row, part, *names, "translations")
            row.save()

        return fill

    step = with_fields("channel", "text", "url", "url_label")
    writer.children(measure.steps, document["steps"], step)
    material = with_fields("name", "note", "is_required")
    writer.children(measure.materials, document["materials"], material)
    writer.children(measure.questions, document["questions"], with_fields("question", "answer"))
    restore_departments(measure, document["departments"], writer)
    restore_citations(measure, document["citations"], writer)
    provisions = {str(row.city_id): row for row in measure.provisions.all()}
    for part in document["provisions"]:
        if part["city"]["id"] in provisions:  # each city has its row as long as there is the city
            _restore_provision(provisions[part["city"]["id"]], part, writer)


def _restore_provision(provision, part, writer):
    writer.fields(provision, part, "status", "reason", "mode", "translations")
    provision.department = writer.find(Department, part["department"])
    _restore_limit(provision, "promised", part["promised_limit"])
    writer.verification(provision, "confirmed_on", "confirmed_by", part["confirmed_on"])
    provision.save()
    writer.quoted(provision.offices, part["offices"])

    def fill(link, part):
        writer.fields(link, part, "label", "url")
        link.save()

    writer.children(
        provision.links,
        part["links"],
        fill,
        row_key=lambda link: (link.label, link.url),
        part_key=lambda link: (link["label"], link["url"]),
    )
