"""Pages as Wagtail's tutorial builds them: rich text, and lists in inline panels."""

from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.snippets.models import register_snippet


class HomePage(Page):
    template = "wagtail_site/base.html"


class DomainPage(Page):
    template = "wagtail_site/base.html"


@register_snippet
class City(models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField()

    def __str__(self):
        return self.name


@register_snippet
class Hotline(models.Model):
    name = models.CharField(max_length=100)
    number = models.CharField(max_length=50)
    purpose = models.TextField(blank=True)
    hours = models.TextField(blank=True)

    def __str__(self):
        return self.name


@register_snippet
class Source(models.Model):
    title = models.TextField()
    publisher = models.TextField()
    date = models.CharField(max_length=10, blank=True)
    url = models.URLField(blank=True)

    def __str__(self):
        return self.title


class MeasurePage(Page):
    summary = models.TextField(blank=True)
    audience = models.TextField(blank=True)
    body = RichTextField(blank=True)
    caveat = models.TextField(blank=True)
    scope = models.CharField(max_length=20, blank=True)
    hotlines = ParentalManyToManyField(Hotline, blank=True)


class Provision(Orderable):
    page = ParentalKey(MeasurePage, on_delete=models.CASCADE, related_name="provisions")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20)
    reason = models.TextField(blank=True)


class Step(Orderable):
    page = ParentalKey(MeasurePage, on_delete=models.CASCADE, related_name="steps")
    text = models.TextField()
    channel = models.CharField(max_length=20)


class Material(Orderable):
    page = ParentalKey(MeasurePage, on_delete=models.CASCADE, related_name="materials")
    name = models.TextField()
    note = models.TextField(blank=True)


class Question(Orderable):
    page = ParentalKey(MeasurePage, on_delete=models.CASCADE, related_name="questions")
    question = models.TextField()
    answer = RichTextField()


class Citation(Orderable):
    page = ParentalKey(MeasurePage, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    quote = models.TextField(blank=True)


class RelatedPage(Orderable):
    page = ParentalKey(MeasurePage, on_delete=models.CASCADE, related_name="related")
    to = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
