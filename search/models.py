"""The index, the words that staff add to it, and what readers looked for in vain."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from publishing.rows import Reference
from search.texts import normalise


class Document(models.Model):
    """One thing that can be found: a live entry, a question of one, a hotline, an office.

    Derived from editions and the catalogue alone; `rebuild_search` makes the same rows again.
    """

    key = models.CharField(max_length=120, unique=True)  # e.g. "measure:<UUID>"
    owner = models.CharField(max_length=80, db_index=True)  # what it is renewed with
    digest = models.CharField(max_length=64)  # of what the row was made from
    kind = models.CharField(max_length=20)
    item_id = models.CharField(max_length=80)
    slug = models.CharField(max_length=80)
    title = models.TextField()
    title_key = models.TextField()  # normalised, for exact titles
    url = models.TextField()
    text = models.TextField()  # what excerpts are cut from
    domain = models.CharField(max_length=80)
    cities = ArrayField(models.CharField(max_length=80))
    facets = ArrayField(models.CharField(max_length=160))
    words = ArrayField(models.TextField())  # of title and keywords: what typos are mended to
    position = models.IntegerField(default=0)
    translations = models.JSONField(default=dict)  # {language: {"title": …, "text": …}}

    class Meta:
        verbose_name = _("可搜索的内容")
        verbose_name_plural = _("可搜索的内容")

    def __str__(self):
        return self.title


class Posting(models.Model):
    """That a term occurs in a document, and how telling the place is (1-100)."""

    term = models.CharField(max_length=40)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="postings")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("索引词")
        verbose_name_plural = _("索引词")
        constraints = [
            # The most telling first: of a term that is everywhere, no more is read.
            models.UniqueConstraint(
                F("term"), F("weight").desc(), F("document"), name="search_posting_by_weight"
            )
        ]

    def __str__(self):
        return self.term


class Tally(models.Model):
    """In how many documents a term or a telling word is; see `search.tallies`."""

    pk = models.CompositePrimaryKey("kind", "text")
    kind = models.CharField(max_length=1)
    text = models.TextField()
    number = models.IntegerField()

    class Meta:
        verbose_name = _("索引计数")
        verbose_name_plural = _("索引计数")

    def __str__(self):
        return f"{self.text} {self.number}"


class Suggestion(models.Model):
    """What a beginning may be completed to: a title or keyword, by its words and its pinyin."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="suggestions")
    key = models.CharField(max_length=120)
    text = models.CharField(max_length=120)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("输入提示")
        verbose_name_plural = _("输入提示")
        indexes = [
            models.Index(OpClass(F("key"), "text_pattern_ops"), name="search_suggestion_by_start")
        ]

    def __str__(self):
        return self.text


class Synonym(Reference):
    """An everyday word, and the words of the entries that it stands for.

    A `Reference`, so that saving one moves the site's version: results change with it.
    """

    word = models.CharField(
        _("居民说的词"), max_length=20, unique=True, help_text=_("例如“看病”。简体字,不加标点。")
    )
    means = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("条目里的词"),
        size=8,
        help_text=_("用逗号分开,例如“就医,医保”。只写条目里出现的词。"),
    )
    note = models.CharField(_("编辑备注"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("同义词")
        verbose_name_plural = _("同义词")
        ordering = ["word"]

    def __str__(self):
        return f"{self.word}→{'、'.join(self.means)}"

    def save(self, *args, **kwargs):
        self._normalise()
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        self._normalise()
        if not self.word:
            raise ValidationError({"word": _("这里没有可以搜索的字。")})
        if not self.means:
            raise ValidationError({"means": _("至少写一个条目里的词,不能只是它自己。")})

    def _normalise(self):
        """As queries are read: a word that can never be met in one is of no use."""
        self.word = normalise(self.word).replace(" ", "")
        means = (normalise(word) for word in self.means)
        self.means = [word for word in dict.fromkeys(means) if word and word != self.word]


class WordCount(models.Model):
    """How often readers looked for something, what was found, and whether they followed it.

    Counts only: who asked, from where and when exactly is nowhere.
    """

    text = models.CharField(_("搜索的词"), max_length=40, unique=True)
    searches = models.PositiveIntegerField(_("搜索次数"), default=0)
    results = models.PositiveIntegerField(_("结果条数"), default=0)
    clicks = models.PositiveIntegerField(_("点开次数"), default=0)
    last_on = models.DateField(_("最近一次"), db_index=True)

    class Meta:
        verbose_name = _("居民搜索的词")
        verbose_name_plural = _("居民搜索的词")
        ordering = ["-searches", "text"]
        indexes = [
            models.Index(fields=["-searches", "text"], name="search_wordcount_order"),
            models.Index(fields=["results", "clicks"], name="search_wordcount_vain"),
        ]

    def __str__(self):
        return self.text
