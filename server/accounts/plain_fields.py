"""Fields for what people type and others read: letters that nobody sees, or that turn a line around, are left out.

Texts of devices are made plain where they arrive; a name from a form stands beside them, in links and lists.
"""

from django import forms

from collectors.facts.plain_text import plain_line, plain_text


class PlainField(forms.CharField):
    """One line; what is empty without its hidden letters counts as empty."""

    def to_python(self, value: object) -> str:
        """Return the line."""
        return plain_line(str(super().to_python(value)))


class PlainArea(forms.CharField):
    """Several lines."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        """Return the text."""
        return plain_text(str(super().to_python(value))).strip()
