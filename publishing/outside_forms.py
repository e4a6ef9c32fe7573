"""What forms for people without an account share: text without tricks, and a signed key.

Their pages set no cookie, so the key is what shows that a form came from its page. It also names
the form: the same form sent twice can be told from two.
"""

import re
import uuid
from datetime import timedelta

from django import forms
from django.core import signing
from django.utils import timezone

from qingdao_portal.texts import clean_text

# They turn the direction of what follows: a name could pretend to be another text.
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class PlainTextField(forms.CharField):
    """Text from outside without control characters; a one-line text has no line ends either."""

    def to_python(self, value):
        text = _DIRECTIONS.sub("", clean_text(str(value or "")))
        if not isinstance(self.widget, forms.Textarea):
            text = " ".join(text.split())
        return super().to_python(text)


class FormKeys:
    """Keys for the forms of one page; those of another page are no good there."""

    def __init__(self, salt):
        self._salt = f"{salt}.form"

    def make(self, *facts):
        """A key for a form that is shown now, with what the page wants to know again."""
        shown_at = int(timezone.now().timestamp())
        return signing.dumps([str(uuid.uuid4()), shown_at, *facts], salt=self._salt)

    def read(self, key):
        """`(id of the form, its age, facts)`. Raises BadSignature for what is no key."""
        form_id, shown_at, *facts = signing.loads(key, salt=self._salt)
        age = timedelta(seconds=int(timezone.now().timestamp()) - shown_at)
        return uuid.UUID(form_id), age, facts


def id_of_words(form_id, words):
    """The id of what was sent: that of the form with exactly these words in it."""
    return uuid.uuid5(form_id, "\n".join(words))
