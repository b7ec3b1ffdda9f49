"""What a browser would send of a form on a page: each field with its value, ticked boxes, chosen options."""

from __future__ import annotations

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """Reads the fields of the form with an id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.is_inside = False
        self.fields: list[tuple[str, str]] = []
        self.select = ""
        self.chosen: list[str] = []
        self.first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form, a field, an option."""
        said = dict(attrs)
        if tag == "form":
            self.is_inside = said.get("id") == self.form_id
        elif self.is_inside and tag == "input" and said.get("name"):
            if said.get("type") != "checkbox" or "checked" in said:
                self.fields.append((said["name"] or "", said.get("value") or ""))
        elif self.is_inside and tag == "select":
            self.select, self.chosen, self.first = said.get("name") or "", [], None
        elif self.select and tag == "option":
            value = said.get("value") or ""
            self.first = value if self.first is None else self.first
            if "selected" in said:
                self.chosen.append(value)

    def handle_endtag(self, tag: str) -> None:
        """A select sends what is chosen, or its first option."""
        if tag == "form":
            self.is_inside = False
        elif tag == "select" and self.select:
            chosen = self.chosen or ([self.first] if self.first is not None else [])
            self.fields += [(self.select, value) for value in chosen]
            self.select = ""


def fields_of(page: str, form_id: str) -> dict[str, list[str]]:
    """The fields of a form, each with all its values, in order."""
    reader = FormReader(form_id)
    reader.feed(page)
    found: dict[str, list[str]] = {}
    for name, value in reader.fields:
        found.setdefault(name, []).append(value)
    return found
