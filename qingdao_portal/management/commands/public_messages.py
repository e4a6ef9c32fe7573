"""Collect what pages say into `locale/`, for translators; staff work in Chinese."""

from django.conf import settings
from django.core.management.commands.makemessages import Command as MakeMessages

# What only staff and programs read stays Chinese.
NOT_PUBLIC = (
    *("var/*", "tests/*", "bench/*", "scripts/*", "*/migrations/*", "*/management/*"),
    *("staff/*", "partners/*", "exchange/*", "upkeep/*", "publishing/api/*", "publishing/checks/*"),
    *("*/admin.py", "*/admin/*", "*/*_admin.py", "*/api.py", "qingdao_portal/api_*"),
    *("*/models.py", "*/models/*", "*/rows.py", "*/apps.py", "*/todo.py", "*/restore.py"),
    *("guide/documents.py", "projects/documents.py", "cooperation/documents.py"),
    *("*/document_fields.py", "*/proofreading.py", "*/provision_reviews.py", "finder/graph.py"),
    *("publishing/workflow.py", "publishing/services.py", "publishing/forms.py"),
    *("publishing/form_state.py", "publishing/widgets.py", "publishing/compare.py"),
    *("publishing/conflicts.py", "publishing/completeness.py", "publishing/states.py"),
    *("publishing/queues.py", "publishing/wording.py", "guide/load.py", "finder/services.py"),
    *("templates/admin/*", "templates/staff/*", "templates/upkeep/*", "templates/api/*"),
    *("templates/publishing/_check*", "templates/publishing/check*"),
    *("guide/hsds*", "guide/oembed.py", "qingdao_portal/catalog.py"),
    *("publishing/request_limits.py", "feedback/public_questions.py", "feedback/references.py"),
)


class Command(MakeMessages):
    help = "Updates locale/ with the texts of public pages (needs xgettext). Then compilemessages."

    def handle(self, *args, **options):
        options |= {
            "locale": [code for code, _name in settings.CONTENT_LANGUAGES],
            "ignore_patterns": list(NOT_PUBLIC),
            "no_wrap": True,
            "no_obsolete": True,
            "add_location": "file",
        }
        super().handle(*args, **options)
