import json
from pathlib import Path

from django.core.management import BaseCommand
from django.db import transaction
from wagtail.models import Page, Site
from wagtail_site.models import (
    Citation,
    City,
    DomainPage,
    HomePage,
    Hotline,
    Material,
    MeasurePage,
    Provision,
    Question,
    RelatedPage,
    Source,
    Step,
)


class Command(BaseCommand):
    help = "Make pages of the portal's documents of measures, unless there are any."

    def add_arguments(self, parser):
        parser.add_argument("documents", type=Path)

    @transaction.atomic
    def handle(self, documents, **options):
        if MeasurePage.objects.exists():
            return
        home = HomePage(title="指南", slug="guide")
        Page.get_first_root_node().add_child(instance=home)
        Site.objects.update(root_page=home)
        pages = {}
        measures = json.loads(documents.read_text())
        for measure in measures:
            pages[measure["slug"]] = add_page(domain_page(home, measure["domain"]), measure)
        for measure in measures:
            for entry in measure["related"]:
                RelatedPage.objects.create(page=pages[measure["slug"]], to=pages[entry["slug"]])


def domain_page(home, domain):
    found = DomainPage.objects.filter(slug=domain["slug"]).first()
    if found is None:
        found = DomainPage(title=domain["name"], slug=domain["slug"], show_in_menus=True)
        HomePage.objects.get(pk=home.pk).add_child(instance=found)
    return DomainPage.objects.get(pk=found.pk)


def add_page(parent, measure):
    texts = {name: measure[name] for name in ("title", "slug", "summary", "audience", "caveat")}
    page = MeasurePage(**texts, scope=measure["scope"], body=measure["body_html"])
    page.search_description = measure["summary"]
    for provision in measure["provisions"]:
        told = provision["city"]
        city, _ = City.objects.get_or_create(slug=told["slug"], defaults={"name": told["name"]})
        row = Provision(city=city, status=provision["status"], reason=provision["reason"])
        page.provisions.add(row)
    for step in measure["steps"]:
        page.steps.add(Step(text=step["text"], channel=step["channel"]))
    for material in measure["materials"]:
        page.materials.add(Material(name=material["name"], note=material["note"]))
    for question in measure["questions"]:
        row = Question(question=question["question"], answer=question["answer_html"])
        page.questions.add(row)
    for citation in measure["citations"]:
        page.citations.add(Citation(source=source(citation["source"]), quote=citation["quote"]))
    parent.add_child(instance=page)
    page.hotlines.set([hotline(told) for told in measure["hotlines"]])
    page.save()
    return page


def source(told):
    named = {"title": told["title"], "publisher": told["publisher"]}
    day = (told["date"] or {"value": ""})["value"]
    return Source.objects.get_or_create(**named, defaults={"date": day, "url": told["url"]})[0]


def hotline(told):
    texts = {name: told[name] for name in ("name", "number", "purpose", "hours")}
    return Hotline.objects.get_or_create(**texts)[0]
