"""Documents that the serializers could have made, generated from the serializers."""

from hypothesis import strategies as st
from rest_framework import serializers

from publishing import registry, wording
from publishing.document_fields import MarkdownField, PartialDateSerializerField, TranslationsField
from qingdao_portal.markdown import render_markdown

IDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(4)]
ALPHABET = "的地青岛办理a1 \n。"
texts = st.text(ALPHABET, max_size=12)
words = st.text(ALPHABET.strip(), min_size=1, max_size=6)
days = st.dates().map(lambda day: day.isoformat())
partial_dates = st.sampled_from(["2024", "2024-02", "2024-02-14"]).map(lambda text: {"value": text})
limits = st.builds(lambda value: {"value": value, "unit": "working_day"}, st.integers(1, 30))


def documents():
    """A document of any kind, always of the same entry."""
    return st.sampled_from(sorted(registry.kinds)).flatmap(documents_of)


def document_pairs():
    """Two documents of one kind."""
    kinds = st.sampled_from(sorted(registry.kinds))
    return kinds.flatmap(lambda kind: st.tuples(documents_of(kind), documents_of(kind)))


def documents_of(kind):
    part = parts(registry.kinds[kind].serializer())
    return part.map(lambda document: document | {"id": IDS[0], "kind": kind})


def parts(serializer):
    """A dict that the serializer could have made, HTML in step with its Markdown."""
    fields = {name: values(serializer, name) for name in serializer.fields}
    return st.fixed_dictionaries(fields).map(_rendered)


def _rendered(part):
    htmls = {name for name in part if name.endswith("_html")}
    return part | {name: render_markdown(part[name.removesuffix("_html")]) for name in htmls}


def values(serializer, name):
    field = serializer.fields[name]
    nested = wording.nested_in(serializer, name)
    if name == "id":
        return st.sampled_from(IDS)
    if nested is not None:
        many = isinstance(field, serializers.ListSerializer | serializers.SerializerMethodField)
        rows = parts(nested)
        if many:
            return st.lists(rows, max_size=3)
        return st.none() | rows if field.allow_null else rows
    plain = _plain(field)
    return st.none() | plain if field.allow_null else plain


def _plain(field):
    if isinstance(field, MarkdownField):
        return st.just("")
    if isinstance(field, PartialDateSerializerField):
        return partial_dates
    if isinstance(field, TranslationsField):
        return st.dictionaries(st.sampled_from(["en", "ko"]), st.just({"title": "x"}))
    if hasattr(field, "in_words"):
        return limits
    if isinstance(field, serializers.ChoiceField):
        return st.sampled_from([*field.choices])
    if isinstance(field, serializers.BooleanField):
        return st.booleans()
    if isinstance(field, serializers.IntegerField):
        return st.integers(0, 30)
    if isinstance(field, serializers.DateField):
        return days
    if isinstance(field, serializers.ListField):
        return st.lists(words, max_size=3)
    return texts
