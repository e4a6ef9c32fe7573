"""A measure in the words of schema.org. Says nothing that the page does not say."""

from django.urls import reverse

from guide.models import Measure, Provision
from publishing.json_ld import absolute


def government_service(measure, provision=None):
    """A GovernmentService: in all cities that it reaches, or in the one of `provision`.

    None where it is in force in no city, as far as is known.
    """
    if provision and provision["status"] not in Provision.REACHED:
        return None
    cities = [provision["city"]] if provision else measure["cities"]
    if not cities:
        return None
    path = reverse("guide:measure-detail", args=[measure["slug"]])
    if provision:
        path = reverse("guide:measure-city", args=[measure["slug"], provision["city"]["slug"]])
    return {
        "@type": "GovernmentService",
        "@id": f"{absolute(path)}#service",
        "name": measure["title"],
        "description": measure["summary"],
        "url": absolute(path),
        "serviceType": measure["domain"]["name"],
        "areaServed": [{"@type": "City", "name": city["name"]} for city in cities],
        "audience": measure["audience"]
        and {"@type": "Audience", "audienceType": measure["audience"]},
        "provider": [
            {"@type": "GovernmentOrganization", "name": entry["department"]["name"]}
            for entry in measure["departments"]
            if entry["role"] == "lead"
        ],
        "availableChannel": [*_links(measure, provision), *_phones(measure)],
        "offers": _offer(measure["fee"]),
    }


def faq_page(measure):
    """An FAQPage of the measure's questions, None without any."""
    if not measure["questions"]:
        return None
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question["question"],
                "acceptedAnswer": {"@type": "Answer", "text": question["answer_html"]},
            }
            for question in measure["questions"]
        ],
    }


def _links(measure, provision):
    steps = [(step["url"], step["url_label"]) for step in measure["steps"]]
    own = [(link["url"], link["label"]) for link in provision["links"]] if provision else []
    return [
        {"@type": "ServiceChannel", "serviceUrl": url, "name": label}
        for url, label in dict.fromkeys([*own, *steps])
        if url
    ]


def _phones(measure):
    return [
        {
            "@type": "ServiceChannel",
            "servicePhone": {
                "@type": "ContactPoint",
                "name": hotline["name"],
                "telephone": number,
            },
        }
        for hotline in measure["hotlines"]
        for number in hotline["numbers"]
    ]


def _offer(fee):
    """Only what is known to be free has a price: no amount is invented for the others."""
    is_free = fee["kind"] == Measure.Fee.FREE
    return {"@type": "Offer", "price": "0", "priceCurrency": "CNY"} if is_free else None
