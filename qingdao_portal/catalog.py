"""The data sets of the portal as a DCAT catalogue, for open-data portals to harvest."""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from publishing import registry
from publishing.api.exports import FORMATS, AddressDecides
from publishing.api.items import as_text
from publishing.api.views import ApiView
from publishing.catalogue import catalogue_at
from publishing.json_ld import without_empty

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LANGUAGE = "zh-Hans"


class JsonLdRenderer(JSONRenderer):
    media_type = "application/ld+json"


class CatalogView(ApiView):
    """What there is to harvest, where, and how new it is."""

    operation_id = "getCatalog"
    tag = "sets"
    summary = gettext_lazy("数据目录(DCAT)")
    explanation = gettext_lazy("按 W3C DCAT 3 描述各数据集和下载地址,供开放数据平台采集。")
    renderer_classes = [JsonLdRenderer]
    content_negotiation_class = AddressDecides
    error_statuses = (400, 414)
    answer_schemas = {
        "application/ld+json": {
            "type": "object",
            "required": ["@context", "@id", "@type", "dct:title", "dcat:dataset", "dcat:service"],
        }
    }

    def get(self, request):
        here = request.build_absolute_uri(request.path)
        newest = _newest(catalogue_at(request.site_version)["changed_at"])
        datasets = [
            _dataset(f"{here}#{name}", kind, newest.get(name), request)
            for name, kind in sorted(registry.kinds.items())
        ]
        catalog = {
            "@context": _CONTEXT,
            "@id": here,
            "@type": "dcat:Catalog",
            "dct:title": _in_chinese(_("青岛都市圈同城生活指南数据目录")),
            "dct:description": _in_chinese(
                _("青岛、烟台、潍坊、威海、日照五市同城便捷生活的公开数据。")
            ),
            "dct:language": _LANGUAGE,
            "dct:publisher": _publisher(),
            "dct:modified": _moment(max(newest.values(), default=None)),
            "foaf:homepage": {"@id": request.build_absolute_uri("/")},
            "dcat:dataset": datasets,
            "dcat:service": [_service(here, datasets, request)],
        }
        return Response(without_empty(catalog))


def _newest(changes):
    """When an entry of a kind changed last: `{kind: moment}`."""
    return {
        kind: datetime.datetime.fromisoformat(changes[kind])
        for kind in sorted(registry.kinds)
        if kind in changes
    }


def _dataset(address, kind, newest, request):
    label = str(kind.model._meta.verbose_name)
    return {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": kind.name,
        "dct:title": _in_chinese(label),
        "dct:description": _in_chinese(
            _("全部现行的“%s”,每条带依据、来源和版次。随每次发布更新。") % label
        ),
        "dct:language": _LANGUAGE,
        "dct:publisher": _publisher(),
        "dct:modified": _moment(newest),
        "dcat:distribution": [
            _distribution(kind.name, extension, media_type, request)
            for extension, (media_type, _write) in FORMATS.items()
        ],
    }


def _distribution(kind, extension, media_type, request):
    address = request.build_absolute_uri(reverse("api:export", args=[kind, extension]))
    return {
        "@id": f"{address}#file",
        "@type": "dcat:Distribution",
        "dct:title": f"{kind}.{extension}",
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + media_type},
    }


def _service(here, datasets, request):
    return {
        "@id": f"{here}#api",
        "@type": "dcat:DataService",
        "dct:title": _in_chinese(_("JSON 接口")),
        "dcat:endpointURL": {"@id": request.build_absolute_uri(reverse("api:root"))},
        "dcat:endpointDescription": {"@id": request.build_absolute_uri(reverse("api:openapi"))},
        "dcat:servesDataset": [{"@id": dataset["@id"]} for dataset in datasets],
    }


def _publisher():
    name = settings.SITE_SPONSOR or _("青岛都市圈同城生活指南")
    return {"@type": "foaf:Agent", "foaf:name": _in_chinese(name)}


def _in_chinese(text):
    return {"@value": text, "@language": _LANGUAGE}


def _moment(moment):
    return moment and {"@value": as_text(moment), "@type": "xsd:dateTime"}
