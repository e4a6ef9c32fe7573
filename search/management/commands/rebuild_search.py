"""Make the search index anew from what is public."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from publishing.models import Edition
from publishing.services import lock_publishing
from search import index
from search.models import Document


class Command(BaseCommand):
    help = (
        "Makes the search index say what is public, and nothing else. What is right already is "
        "left as it is; --from-scratch writes all of it anew. Searches go on meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--from-scratch", action="store_true", help="drop the index first, in the same step"
        )
        parser.add_argument(
            "--if-outdated",
            action="store_true",
            help="do nothing when the index was made by this release, as `prepare` does",
        )

    def handle(self, *, from_scratch, if_outdated, **options):
        if if_outdated and not index.is_outdated():
            return
        try:
            with transaction.atomic():
                lock_publishing()
                self.stdout.write(rebuild(from_scratch=from_scratch))
        except KeyboardInterrupt:
            raise CommandError("Interrupted: the index is as it was.", returncode=130) from None


def rebuild(*, from_scratch):
    """Bring the whole index up to date. Return the sentence that says what was done."""
    if from_scratch:
        index.drop_everything()
    total = Edition.objects.current().count() + 1
    with tqdm(total=total, desc="Indexing", unit="entry", disable=None, leave=False) as bar:
        for count in index.rebuild():
            bar.update(count)
    dropped = index.drop_what_is_not_public()
    kept = Document.objects.count()
    return f"The index holds {kept} documents; {dropped} were dropped that are not public."
