from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from guide import load


class Command(BaseCommand):
    help = (
        "Adds measures and editions by the thousand, labelled 示例, to measure how the portal "
        "grows. It goes on where it was interrupted; --remove takes all of it away again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--measures", type=int, default=1000, help="how many in all")
        parser.add_argument(
            "--editions", type=int, default=10_000, help="how many in all; the same for each"
        )
        parser.add_argument(
            "--changes", action="store_true", help="minor editions and withdrawals among them"
        )

        parser.add_argument("--remove", action="store_true", help="remove what was made")

    def handle(self, *, measures, editions, changes, remove, **options):
        if not settings.DEBUG:
            raise CommandError("Test data is refused outside development: set DEBUG=1.")
        if remove:
            self.remove()
            return
        if measures < 1 or editions < measures:
            raise CommandError("Give at least one measure, and at least one edition for each.")
        wanted = load.Load(measures, editions, changes)
        before = load.made_already()
        try:
            self.make(wanted, before)
        except ValueError as error:
            raise CommandError(f"{error} Run load_fixtures first.") from error
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted: what was made is whole; run it again to go on.", returncode=130
            ) from None
        made = max(0, measures - before)
        self.stdout.write(
            f"Made {made} measures with {wanted.editions_each} editions each, labelled 示例."
        )

    def remove(self):
        count = load.made_already()
        try:
            with tqdm(total=count, unit="measure", disable=None, leave=False) as bar:
                for gone in load.remove():
                    bar.update(gone)
        except ValueError as error:
            raise CommandError(error) from error
        load.tidy()
        self.stdout.write(f"Removed {count} measures and their editions.")

    def make(self, wanted, before):
        copied = load.templates()
        with tqdm(
            total=wanted.measures, initial=min(before, wanted.measures), unit="measure",
            disable=None, leave=False,
        ) as bar:  # fmt: skip
            for count in load.make(wanted, copied):
                bar.update(count)
        load.tidy()
