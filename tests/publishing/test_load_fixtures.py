"""Loading the fixtures: adds and publishes what is missing, and disturbs nobody's work."""

import json
import shutil
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command

from cooperation.models import Zone
from guide.models import Measure
from publishing import services
from publishing.management.commands.load_fixtures import FILES
from publishing.models import Catalogue, Edition
from publishing.rows import Row
from tests.factories import make_city

pytestmark = pytest.mark.django_db

DIRECTORY = settings.BASE_DIR / "fixtures"
ROWS = sum(len(json.loads((DIRECTORY / f"{name}.json").read_text("utf-8"))) for name in FILES)


def load(**options):
    """Run the command. Return the line it ends with."""
    output = StringIO()
    call_command("load_fixtures", stdout=output, **options)
    return output.getvalue()


def rows_of_all_models():
    return [
        row
        for model in apps.get_models()
        if issubclass(model, Row)
        for row in model._base_manager.order_by("pk")
    ]


def everything():
    """All that loading may write, as text."""
    catalogue = Catalogue.objects.values("sequence", "revision", "content").first()
    return serializers.serialize("json", rows_of_all_models()), catalogue


@pytest.fixture
def copy(tmp_path):
    """A copy of the fixtures that a test may spoil."""
    return shutil.copytree(DIRECTORY, tmp_path / "fixtures")


def change(path, edit):
    """Rewrite a fixture file after `edit(rows)`."""
    rows = json.loads(path.read_text("utf-8"))
    edit(rows)
    path.write_text(json.dumps(rows), "utf-8")


def test_an_empty_database_gets_all_rows_and_every_entry_but_the_drafts_live():
    assert load() == f"Loaded {ROWS} rows and published 40 entries.\n"
    assert len(rows_of_all_models()) == ROWS
    current = Edition.objects.current()
    kinds = {kind: current.of_kind(kind).count() for kind in ("measure", "project", "zone")}
    assert kinds == {"measure": 28, "project": 7, "zone": 5}
    assert not current.exclude(number=1).exists()
    assert list(current.of_kind("zone").order_by("id").values_list("slug", flat=True)) == list(
        Zone.objects.values_list("slug", flat=True)
    )


def test_drafts_are_rows_that_nothing_public_names():
    load()
    live = Edition.objects.current().of_kind("measure").values("entry_id")
    drafts = Measure.objects.exclude(pk__in=live)
    assert drafts.count() == 8
    public = json.dumps(
        [*Edition.objects.values_list("document", flat=True), Catalogue.objects.get().content],
        ensure_ascii=False,
    )
    for draft in drafts:
        assert draft.title not in public
        assert str(draft.pk) not in public


def test_the_catalogue_knows_what_was_loaded():
    load()
    catalogue = Catalogue.objects.get()
    assert catalogue.sequence == 40
    assert catalogue.content["guide"]["measures_total"] == 28
    lengths = {name: len(catalogue.content[name]) for name in ("domains", "cities", "hotlines")}
    assert lengths == {"domains": 7, "cities": 5, "hotlines": 11}
    assert catalogue.content["counts"]["measure"]["evidence:named_in_guide"] == 5


def test_related_measures_quote_each_other_whichever_was_published_first():
    load()
    related = {
        edition.slug: {part["slug"] for part in edition.document["related"]}
        for edition in Edition.objects.current().of_kind("measure")
    }
    assert related["rail-passes"] == {"city-terminals", "transit-card"}
    assert "rail-passes" in related["transit-card"]


def test_every_loaded_row_is_one_that_staff_could_save():
    load()
    for row in rows_of_all_models():
        row.full_clean()


def test_loading_twice_changes_nothing():
    load()
    before = everything()
    assert load() == f"Nothing to load: all {ROWS} rows were loaded before.\n"
    assert everything() == before
    assert Edition.objects.count() == 40


def test_what_staff_edited_or_deleted_stays_as_they_left_it():
    load()
    measure = Measure.objects.get(slug="consumer")
    measure.title = "示例改过的名称"
    measure.save()
    measure.steps.first().delete()
    measure.hotlines.clear()
    Zone.objects.get(slug="jiaozhou-gaomi").events.first().delete()
    before = everything()
    load()
    assert everything() == before
    assert Measure.objects.get(slug="consumer").title == "示例改过的名称"


def test_what_staff_deleted_stays_so_when_the_files_no_longer_have_its_entry(copy):
    load()
    Measure.objects.get(slug="metro-hsr-security").citations.get().delete()
    change(copy / "guide_drafts.json", lambda rows: rows.pop(0))  # the measure alone
    assert load(directory=copy) == f"Nothing to load: all {ROWS - 1} rows were loaded before.\n"


def test_what_is_missing_is_added_with_all_that_belongs_to_it():
    load()
    before = set(rows_of_all_models())
    Measure.objects.get(slug="library").delete()  # a draft
    assert load() == "Loaded 9 rows and published 0 entries.\n"
    assert set(rows_of_all_models()) == before


def test_an_entry_new_in_the_files_is_published_beside_the_old_ones(copy):
    def leave_out_the_last_zone(rows):
        zones = [row["pk"] for row in rows if row["model"] == "cooperation.zone"]
        rows[:] = [row for row in rows if zones[-1] not in (row["pk"], row["fields"].get("zone"))]

    change(copy / "cooperation.json", leave_out_the_last_zone)
    load(directory=copy)
    assert load() == "Loaded 10 rows and published 1 entry.\n"
    newest = Edition.objects.latest("id")
    assert (newest.id, newest.slug, newest.number) == (40, "laixi-laiyang", 1)


def test_an_entry_that_was_public_and_whose_row_is_gone_is_not_brought_back():
    load()
    zone = Zone.objects.get(slug="haiyang-rushan")
    services.withdraw(entry=zone, by=None, reason="示例撤回原因")
    zone.delete()
    before = everything()
    load()
    assert everything() == before


def test_a_database_with_a_city_is_not_empty():
    make_city()
    assert load(if_empty=True) == "Nothing to load: the database is not empty.\n"
    assert not Measure.objects.exists()
    assert not Catalogue.objects.exclude(sequence=0).exists()


def test_a_database_without_cities_is_empty():
    assert load(if_empty=True).startswith(f"Loaded {ROWS} rows")


def test_loaddata_takes_the_files_too():
    call_command("loaddata", *(DIRECTORY / f"{name}.json" for name in FILES), verbosity=0)
    assert len(rows_of_all_models()) == ROWS
    assert not Edition.objects.exists()


def spoil_json(path):
    path.write_text("[\n{", "utf-8")


def spoil_encoding(path):
    path.write_bytes("[]城".encode("gb18030"))


def spoil_a_field_name(path):
    change(path, lambda rows: rows[0]["fields"].update(no_such_field=1))


def spoil_a_choice(path):
    change(path, lambda rows: rows[0]["fields"].update(zone_kind="signed_1925"))


def spoil_a_relation(path):
    change(path, lambda rows: rows.pop(0))  # a zone whose signatories stay


def spoil_a_unique_text(path):
    def use_a_slug_twice(rows):
        zones = [row["fields"] for row in rows if row["model"] == "cooperation.zone"]
        zones[1]["slug"] = zones[0]["slug"]

    change(path, use_a_slug_twice)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (spoil_json, "line 2"),
        (spoil_encoding, "utf-8"),
        (spoil_a_field_name, "no_such_field"),
        (spoil_a_choice, "signed_1925"),
        (spoil_a_relation, "cooperation_zone"),
        (spoil_a_unique_text, "slug"),
        (lambda path: path.unlink(), "No such file"),
    ],
)
def test_a_malformed_file_is_named_and_nothing_is_loaded(copy, spoil, fault):
    spoil(copy / "cooperation.json")
    with pytest.raises(CommandError) as failure:
        load(directory=copy)
    message = str(failure.value)
    assert message.startswith(str(copy / "cooperation.json"))
    assert fault in message
    assert "\n" not in message
    assert rows_of_all_models() == []
    assert not Edition.objects.exists()


def test_an_interrupted_load_leaves_nothing_and_can_be_run_again(monkeypatch):
    def interrupt(**_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(CommandError) as failure:
        patch.setattr(services, "publish", interrupt)
        load()
    assert failure.value.returncode == 130
    assert rows_of_all_models() == []
    assert load().startswith(f"Loaded {ROWS} rows")
