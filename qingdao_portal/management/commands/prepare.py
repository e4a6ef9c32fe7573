import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import NotSupportedError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from qingdao_portal.migrating import patiently


class Command(BaseCommand):
    help = "Bring the database and the static files up to date with the code."

    def handle(self, **options):
        self.check_database()
        self.migrate()
        self.limit_web_role()
        call_command("load_fixtures", if_empty=True)
        call_command("rebuild_search", if_outdated=True)
        self.collect_static_files()

    def check_database(self):
        try:
            connection.ensure_connection()
        except NotSupportedError as error:
            raise CommandError(f"The database is too old: {error}") from error
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"The database cannot be used: {reason}") from error

    def migrate(self):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            patiently(
                lambda: call_command("migrate", interactive=False, verbosity=0),
                told=self.stdout.write,
            )
            self.stdout.write(f"Database: {len(plan)} migrations applied.")

    def limit_web_role(self):
        """Give the role that serves its rights on what migrations have made."""
        if settings.WEB_ROLE:
            call_command("grant_web_role", stdout=self.stdout)

    def collect_static_files(self):
        """Collect, hash and compress the static files when one of them changed."""
        stamp = Path(settings.VAR_DIR, "static.fingerprint")
        found = static_fingerprint()
        if stamp.exists() and stamp.read_text() == found and Path(settings.STATIC_ROOT).exists():
            return
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(found)
        self.stdout.write("Static files: collected.")


def static_fingerprint():
    """Changes with the name, size or time of any static file, and with how they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    return digest.hexdigest()
