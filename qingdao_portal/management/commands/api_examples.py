"""Write docs/api/examples.json: an answer of each operation of the API, from the data loaded."""

import json
import re

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client

from publishing.api.examples import FILE
from qingdao_portal.api_description import openapi_bytes

SITE = "https://portal.example"
TIME = "2026-01-01T08:00:00+08:00"  # instead of the moment at which the data was loaded
_TIMES = re.compile(r'("(?:published_at|updated_at|modified|issued)": ")[^"]+')
PARAMETERS = {"kind": "zone", "extension": "json", "number": "1"}
QUERIES = {"search": "?q=公积金&page_size=1", "listChanges": "?limit=1"}

# No address of an office is known: one that says that it is an example, with nobody's number.
OFFICE = {
    "id": "00000000-0000-4000-8000-000000000000",
    "name": "示例窗口",
    "department": None,
    "city": None,
    "county": None,
    "address": "示例路1号",
    "phone": "000-0000",
    "is_barrier_free": None,
    "note": "",
    "hours": [{"weekday": 1, "opens_at": "09:00", "closes_at": "17:00"}],
    "translations": {},
}


class Command(BaseCommand):
    help = (
        "Writes docs/api/examples.json from the public data of this database. Then renew "
        "docs/api/openapi.json."
    )

    def handle(self, *args, **options):
        self._client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        examples = {}
        for path, item in json.loads(openapi_bytes())["paths"].items():
            name = item["get"]["operationId"]
            address = self._fill(path)
            if address is None:
                self.stderr.write(f"{name}: nothing is public to show.")
                continue
            examples[name] = _first_of_each(self._answer(address + QUERIES.get(name, "")))
        if "getOffice" not in examples:
            office = OFFICE | {"city": examples["listCounties"]["results"][0]["city"]}
            examples["getOffice"] = office
            examples["listOffices"] |= {"count": 1, "results": [office]}
        text = json.dumps(examples, ensure_ascii=False, indent=1)
        text = _TIMES.sub(rf"\g<1>{TIME}", text)
        FILE.write_text(text + "\n", "utf-8")
        self.stdout.write(f"Wrote {len(examples)} examples to {FILE}.")

    def _answer(self, address):
        response = self._client.get(address, secure=settings.USE_HTTPS)
        if response.status_code != 200:
            raise CommandError(f"{address} answered {response.status_code}.")
        host = re.escape(f"://{settings.ALLOWED_HOSTS[0]}")
        text = b"".join(response).decode()
        return json.loads(re.sub(rf"https?{host}", SITE, text))

    def _fill(self, path):
        """The address of a path, of the entry that takes the fewest words. None without any."""
        for name, value in PARAMETERS.items():
            path = path.replace(f"{{{name}}}", value)
        found = re.search(r"\{(\w+)\}", path)
        if not found:
            return path
        collection = path.split("{")[0]
        is_of_others = "/hsds/" in path  # its lists have no slash at their end
        answer = self._answer(collection.rstrip("/") if is_of_others else collection)
        rows = answer["contents" if is_of_others else "results"]
        shortest = min(rows, key=lambda row: len(json.dumps(row)), default=None)
        return shortest and path.replace(found[0], str(shortest[found[1]]))


def _first_of_each(answer):
    """The answer with the first row of its list only, as one page of the shortest."""
    if isinstance(answer, list):
        return answer[:1]
    return {
        name: value[:1] if name in ("results", "contents", "dataset", "dcat:dataset") else value
        for name, value in answer.items()
    }
