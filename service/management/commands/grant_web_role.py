from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection

from service import rights


class Command(BaseCommand):
    help = "Limit the role that serves the portal to reading and writing rows (service/rights.py)."

    def add_arguments(self, parser):
        parser.add_argument(
            "role",
            nargs="?",
            default=settings.WEB_ROLE,
            help="the role (default: WEB_ROLE); run this as the owner of the tables",
        )

    def handle(self, *, role, **options):
        if not role:
            raise CommandError("Name the role, or set WEB_ROLE.")
        try:
            tables = rights.grant(connection, role)
        except rights.RightsError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"The rights cannot be given: {reason}") from error
        self.stdout.write(f"Rights: {role} reads and writes rows of {tables} tables.")
