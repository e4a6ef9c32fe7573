from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from service.mirror import MirrorError
from service.mirror.export import export


class Command(BaseCommand):
    help = "Write the whole public site and API as files, then make DIR/current that copy."

    def add_arguments(self, parser):
        parser.add_argument(
            "directory",
            type=Path,
            nargs="?",
            default=settings.MIRROR_DIR,
            metavar="DIR",
            help="where to (default: MIRROR_DIR)",
        )

    def handle(self, *, directory, **options):
        if directory is None:
            raise CommandError("Say where to: give DIR, or set MIRROR_DIR.")
        try:
            with tqdm(desc="Mirror", unit="address", disable=None, leave=False) as bar:
                facts = export(directory, told=lambda done, known: _show(bar, done, known))
        except MirrorError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"The database cannot be read: {reason}") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted: the copy before stays.", returncode=130) from None
        self.stdout.write(
            f"Mirror: {facts['files']} files of version {facts['version']} in {directory}/current."
        )


def _show(bar, done, known):
    bar.total = known
    bar.update(done)
