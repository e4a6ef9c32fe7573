from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from tqdm import tqdm

from service.backups import BackupError, archive, dumping, keys
from service.numbers import note_backup


class Command(BaseCommand):
    help = "Write an encrypted backup of the database, and remove backups that are too old."

    def add_arguments(self, parser):
        parser.add_argument(
            "--directory",
            type=Path,
            default=settings.BACKUP_DIR,
            help=f"where to (BACKUP_DIR: {settings.BACKUP_DIR})",
        )

    def handle(self, *, directory, **options):
        try:
            path, removed = self.back_up(directory)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"The database cannot be read: {reason}") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted: no backup was made.", returncode=130) from None
        size = filesizeformat(path.stat().st_size).replace("\xa0", " ")
        self.stdout.write(f"Backup: {path}, {size}; {len(removed)} old ones removed.")

    def back_up(self, directory):
        now = timezone.now()
        recipients = keys.recipients(settings.BACKUP_RECIPIENTS)
        with tqdm(desc="Backup", unit="B", unit_scale=True, disable=None, leave=False) as bar:
            path = dumping.make_backup(
                connection, directory, recipients, now=now, progress=bar.update
            )
        note_backup(path, now)
        removed = archive.drop_old(
            directory, keep=settings.BACKUP_KEEP, keep_days=settings.BACKUP_KEEP_DAYS, now=now
        )
        return path, removed
