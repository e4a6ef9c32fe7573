from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from tqdm import tqdm

from publishing.models import Catalogue, Edition
from service.backups import BackupError, archive, keys, restoring


class Command(BaseCommand):
    help = (
        "Make the database what a backup holds, all of it or nothing. Stop the portal first; "
        "docs/operations.md has the steps."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file", type=Path, nargs="?", help="the backup (default: the newest in BACKUP_DIR)"
        )
        parser.add_argument(
            "--identity", type=Path, required=True, help="the file with the private key"
        )
        parser.add_argument(
            "--replace", action="store_true", help="throw away what the database holds now"
        )
        parser.add_argument(
            "--check", action="store_true", help="read the backup to its end, restore nothing"
        )

    def handle(self, *, file, identity, replace, check, **options):
        try:
            path = file or newest(settings.BACKUP_DIR)
            identities = keys.identities(identity)
            self.verify(path)
            if check:
                self.read(path, identities)
            else:
                self.restore(path, identities, replace=replace)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"The database cannot be used: {reason}") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted: nothing was changed.", returncode=130) from None

    def verify(self, path):
        """Compare with the checksum before anything is decrypted."""
        with progress_bar("Checksum", path.stat().st_size) as bar:
            if not archive.check(path, bar.update):
                self.stderr.write(f"No checksum beside {path.name}; decrypting shows damage too.")

    def read(self, path, identities):
        with progress_bar("Reading") as bar:
            lines = sum(1 for _ in restoring.statements(path, identities, progress=bar.update))
        self.stdout.write(f"{path.name} is whole: {lines} lines of SQL and data.")

    def restore(self, path, identities, *, replace):
        if restoring.holds_tables(connection) and not replace:
            raise BackupError(
                "The database is not empty. Add --replace to throw away what it holds."
            )
        with progress_bar("Restoring") as bar:
            restoring.restore(connection, path, identities, progress=bar.update)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if settings.WEB_ROLE:  # tables are new, and nobody's but the owner's
            call_command("grant_web_role", stdout=self.stdout)
        self.stdout.write(f"Restored {path.name}: {_what_is_there()}")


def newest(directory):
    found = archive.backups(directory)
    if not found:
        raise BackupError(f"There is no backup in {directory}. Name the file.")
    return found[0]


def progress_bar(words, total=None):
    return tqdm(desc=words, total=total, unit="B", unit_scale=True, disable=None, leave=False)


def _what_is_there():
    """A sentence on what was restored, and on what is still to be done."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return f"{len(waiting)} migrations wait for `manage.py prepare`."
    newest_edition = Edition.objects.aggregate(newest=Max("id"))["newest"] or 0
    sequence = Catalogue.objects.values_list("sequence", flat=True).first() or 0
    if sequence != newest_edition:
        raise BackupError(
            f"The catalogue says sequence {sequence}, but the newest edition is {newest_edition}."
        )
    return f"{Edition.objects.count()} editions, sequence {sequence}."
