"""The words of the CRM: kinds of element, stages."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """The four kinds of element. A kind never changes."""

    LEAD = "lead", _("Lead")
    DEAL = "deal", _("Deal")
    CONTACT = "contact", _("Contact")
    COMPANY = "company", _("Company")


KIND_PLURALS = {
    Kind.LEAD: _("Leads"),
    Kind.DEAL: _("Deals"),
    Kind.CONTACT: _("Contacts"),
    Kind.COMPANY: _("Companies"),
}


class Outcome(TextChoices):
    """Whether a stage is on the way, or ends the element well or badly."""

    OPEN = "open", _("In progress")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


# The built-in stages: kind → (code, outcome), in order. Deals' are those of the built-in pipeline "sales".
STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    Kind.LEAD: (
        ("new", Outcome.OPEN),
        ("contacted", Outcome.OPEN),
        ("qualified", Outcome.OPEN),
        ("converted", Outcome.WON),
        ("junk", Outcome.LOST),
    ),
    Kind.DEAL: (
        ("qualification", Outcome.OPEN),
        ("discovery", Outcome.OPEN),
        ("quote", Outcome.OPEN),
        ("negotiation", Outcome.OPEN),
        ("won", Outcome.WON),
        ("lost", Outcome.LOST),
    ),
}
SALES_PIPELINE = "sales"
PIPELINE_NAMES = {SALES_PIPELINE: _("Sales")}
STAGE_NAMES = {
    "new": _("New"),
    "contacted": _("Contacted"),
    "qualified": _("Qualified"),
    "converted": _("Converted"),
    "junk": _("Junk"),
    "qualification": _("Qualification"),
    "discovery": _("Discovery"),
    "quote": _("Quote sent"),
    "negotiation": _("Negotiation"),
    "won": _("Won"),
    "lost": _("Lost"),
}
