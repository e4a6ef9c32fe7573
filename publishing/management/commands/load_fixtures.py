"""Load the data the portal starts with, and publish its entries."""

from collections import defaultdict
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, transaction
from django.db.models import CASCADE
from tqdm import tqdm

from publishing import registry, services
from publishing.models import Edition

# A file quotes only rows of the files before it, and its own.
FILES = (
    "sources",
    "regions",
    "contacts",
    "guide",
    "guide_drafts",
    "projects",
    "cooperation",
    "finder",
    "search",
)
DRAFTS = ("guide_drafts",)  # loaded, never published


class Command(BaseCommand):
    help = (
        "Adds what is missing of fixtures/ and publishes the entries it added. A row that exists "
        "is never changed, and rows that belong to it are never added again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when the database has cities"
        )
        parser.add_argument(
            "--directory",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="where the files are (default: fixtures/)",
        )

    def handle(self, *, directory, if_empty, **options):
        try:
            with transaction.atomic():
                services.lock_publishing()
                self.stdout.write(load_missing(directory, if_empty=if_empty))
        except KeyboardInterrupt:
            raise CommandError("Interrupted: nothing was loaded.", returncode=130) from None


def load_missing(directory, *, if_empty):
    """Load and publish what is missing. Return the sentence that says what was done."""
    if if_empty and apps.get_model("regions.City").objects.exists():
        return "Nothing to load: the database is not empty."
    files = {directory / f"{name}.json": name for name in FILES}
    rows = {path: read_rows(path) for path in files}
    everything = [row for rows_of_file in rows.values() for row in rows_of_file]
    wanted = missing_keys(everything)
    with tqdm(total=len(wanted), desc="Loading", unit="row", disable=None, leave=False) as bar:
        for path in files:
            save_rows(path, [row for row in rows[path] if key(row.object) in wanted], bar)
    entries = publishable(
        row.object
        for path, name in files.items()
        if name not in DRAFTS
        for row in rows[path]
        if key(row.object) in wanted
    )
    publish(entries)
    for act in registry.after_loading:
        act()
    services.refresh_catalogue()
    if not wanted:
        return f"Nothing to load: all {len(everything)} rows were loaded before."
    loaded, published = counted(len(wanted), "row", "rows"), len(entries)
    return f"Loaded {loaded} and published {counted(published, 'entry', 'entries')}."


def read_rows(path):
    """The rows of one file, not saved yet."""
    try:
        with path.open(encoding="utf-8") as file:
            return list(serializers.deserialize("json", file))
    except (OSError, ValueError, DeserializationError) as error:
        raise CommandError(f"{path} cannot be read: {sentence(error)}") from error


def missing_keys(rows):
    """The keys of the rows to add.

    These are the rows the database does not have. A row that belongs to another one is added
    only together with it, so what staff deleted from an entry stays deleted; and an entry that
    was ever public is not added again, its row was deleted on purpose.
    """
    owners = {key(row.object): owner_key(row.object) for row in rows}
    known = existing_keys({*owners, *owners.values()} - {None})
    once_public = set(Edition.objects.newest().values_list("entry_id", flat=True))

    def is_missing(row_key):
        if row_key in known or row_key[1] in once_public:
            return False
        owner = owners.get(row_key)
        return owner is None or is_missing(owner)

    return {row_key for row_key in owners if is_missing(row_key)}


def existing_keys(keys):
    """Those of `keys` that the database has. Costs one query per model."""
    wanted = defaultdict(list)
    for model, pk in keys:
        wanted[model].append(pk)
    return {
        (model, pk)
        for model, pks in wanted.items()
        for pk in model._base_manager.filter(pk__in=pks).values_list("pk", flat=True)
    }


def key(row):
    return type(row), row.pk


def owner_key(row):
    """The key of the row that this one belongs to, and is deleted with; None for most."""
    for field in row._meta.concrete_fields:
        if field.many_to_one and field.remote_field.on_delete is CASCADE:
            owner = getattr(row, field.attname)
            if owner is not None:
                return field.related_model, owner
    return None


def save_rows(path, rows, bar):
    """Insert the rows of one file; their relations must be complete at its end."""
    for row in rows:
        name = f"{row.object._meta.label} {row.object.pk}"
        try:
            row.object.clean_fields(exclude=relations(row.object))
            row.save(force_insert=True)
        except (ValidationError, DatabaseError, ValueError) as error:
            raise CommandError(f"{path}, {name}: {sentence(error)}") from error
        bar.update()
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise CommandError(f"{path}: {sentence(error)}") from error


def relations(row):
    """Names of the fields that point to other rows, which the end of the file checks."""
    return {field.name for field in row._meta.concrete_fields if field.is_relation}


def publishable(rows):
    models = tuple(kind.model for kind in registry.kinds.values())
    return [row for row in rows if isinstance(row, models)]


def publish(entries):
    with services.published_together(entries):
        for entry in tqdm(entries, desc="Publishing", unit="entry", disable=None, leave=False):
            services.publish(entry=entry, by=None)


def sentence(error):
    """The message of an exception on one line."""
    if isinstance(error, ValidationError):
        faults = error.message_dict.items()
        return "; ".join(f"{field}: {' '.join(messages)}" for field, messages in faults)
    text = str(error) or str(error.__cause__)  # the serializer passes on some faults without a word
    return " ".join(text.split())


def counted(number, one, many):
    return f"{number} {one if number == 1 else many}"
