"""What government websites say of themselves, as far as it was set: in meta tags and the footer."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

POLICE_QUERY = "https://beian.mps.gov.cn/#/query/webSearch?code={}"


class Site(NamedTuple):
    """The facts of the site; '' for each that is not set, and then nothing is printed."""

    domain: str
    sponsor: str
    operator: str
    id_code: str
    icp_number: str
    police_number: str
    contact: str

    @property
    def police_url(self):
        """Where the register shows the entry; it asks for the digits alone."""
        digits = "".join(re.findall("[0-9]+", self.police_number))
        return POLICE_QUERY.format(digits) if digits else ""

    @property
    def has_facts(self):
        return any(self[1:])


def site_facts():
    return Site(
        domain=urlsplit(settings.PORTAL_URL).netloc,
        sponsor=settings.SITE_SPONSOR,
        operator=settings.SITE_OPERATOR,
        id_code=settings.SITE_ID_CODE,
        icp_number=settings.ICP_NUMBER,
        police_number=settings.POLICE_NUMBER,
        contact=settings.SITE_CONTACT,
    )


def site_context(request):
    """For templates: `site`."""
    return {"site": site_facts()}
