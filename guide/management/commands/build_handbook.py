from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404
from tqdm import tqdm

from guide.handbook_pdf import CannotPrint, handbook_pdf
from guide.handbook_views import handbook_context
from publishing.catalogue import catalogue_at, current_version


class Command(BaseCommand):
    help = (
        "Makes the printable handbook as a PDF, with contents, page numbers, QR codes and the "
        "Chinese font inside: the whole guide, or a city or domain of it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--city", default="", help="only what reaches this city, e.g. qingdao")
        parser.add_argument("--domain", default="", help="only this domain, e.g. medical")
        parser.add_argument(
            "--all", action="store_true", help="the whole guide, each city and each domain"
        )
        parser.add_argument(
            "--output", type=Path, help="the directory, VAR_DIR/handbook unless given"
        )

    def handle(self, *, city, domain, output, **options):
        if options["all"] and (city or domain):
            raise CommandError("Give either --all or a --city and --domain.")
        catalogue = catalogue_at(current_version())
        wanted = list(_all(catalogue)) if options["all"] else [{"city": city, "domain": domain}]
        folder = output or settings.VAR_DIR / "handbook"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for choice in tqdm(wanted, unit="handbook", disable=None, leave=False):
                path = folder / f"{'-'.join(['handbook', *filter(None, choice.values())])}.pdf"
                _write(path, handbook_pdf(handbook_context(catalogue, **choice)))
        except Http404 as error:
            raise CommandError(f"There is no such city or domain: {city} {domain}") from error
        except (CannotPrint, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted: finished files are whole; run it again.", returncode=130
            ) from None
        done = path if len(wanted) == 1 else f"{len(wanted)} handbooks in {folder}"
        self.stdout.write(f"Made {done}.")


def _all(catalogue):
    yield {"city": "", "domain": ""}
    yield from ({"city": part["slug"], "domain": ""} for part in catalogue["cities"])
    yield from ({"city": "", "domain": part["slug"]} for part in catalogue["domains"])


def _write(path, content):
    """Replace the file at once: nobody ever gets half of one."""
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    draft.replace(path)
