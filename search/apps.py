from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("搜索")

    def ready(self):
        from publishing.registry import register_text_index

        from . import documents, tasks  # noqa: F401 - register what others ask for
        from .index import follow_catalogue, follow_edition
        from .words import entries_with

        # In the transaction that publishes: what is live and what is found never differ.
        post_save.connect(follow_edition, sender="publishing.Edition")
        register_text_index(entries_with)
        post_save.connect(follow_catalogue, sender="publishing.Catalogue")
