"""The standard filters as the list shows them: tabs, a sentence, and what an empty list says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relance.activities.terms import STANDARD_FILTERS, StandardFilter
from relance.kit.actor import Actor
from relance.web.lists.headings import address
from relance.web.lists.search_box import Way, nothing_found
from relance.web.lists.text_filter import TextFilter

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# In the tab row; the others, and on narrow screens the last of these too, wait behind *More*.
TABS = STANDARD_FILTERS[:6]
RARE = ("subordinates", "incoming")

# The filter that takes every activity, in the grammar.
EVERYTHING = "is:open,completed"
# The title and the reason of an empty list, and the ways out of it.
Empty = tuple[str, str, list[Way]]

_ACTIVITIES = gettext_lazy("Activities")
_OPEN = pgettext_lazy("filter sentence", "open")
_COMPLETED = pgettext_lazy("filter sentence", "completed")
_ASSIGNED = gettext_lazy("assigned to")
_ME = pgettext_lazy("filter sentence", "me")
_ANYONE = pgettext_lazy("filter sentence", "anyone")

# The filter as a sentence: plain words, and in brackets of their own the chips (those that start with True).
SENTENCES: dict[str, tuple[tuple[bool, StrPromise], ...]] = {
    "mine": ((False, _ACTIVITIES), (True, _OPEN), (False, _ASSIGNED), (True, _ME)),
    "open": ((False, _ACTIVITIES), (True, _OPEN), (False, _ASSIGNED), (True, _ANYONE)),
    "overdue": (
        (False, _ACTIVITIES),
        (True, _OPEN),
        (True, pgettext_lazy("filter sentence", "overdue")),
        (False, _ASSIGNED),
        (True, _ME),
    ),
    "today": (
        (False, _ACTIVITIES),
        (True, _OPEN),
        (True, pgettext_lazy("filter sentence", "due today")),
        (False, _ASSIGNED),
        (True, _ME),
    ),
    "subordinates": (
        (False, _ACTIVITIES),
        (True, _OPEN),
        (False, _ASSIGNED),
        (True, pgettext_lazy("filter sentence", "my subordinates")),
    ),
    "incoming": (
        (False, _ACTIVITIES),
        (True, pgettext_lazy("filter sentence", "incoming")),
        (True, pgettext_lazy("filter sentence", "not handled")),
        (False, _ASSIGNED),
        (True, _ME),
    ),
    "mine-completed": ((False, _ACTIVITIES), (True, _COMPLETED), (False, _ASSIGNED), (True, _ME)),
    "completed": ((False, _ACTIVITIES), (True, _COMPLETED), (False, _ASSIGNED), (True, _ANYONE)),
}

_EMPTY: dict[str, tuple[StrPromise, StrPromise]] = {
    "mine": (
        gettext_lazy("You have no open activity"),
        gettext_lazy("Nothing is waiting for you on the elements that your roles let you read."),
    ),
    "open": (
        gettext_lazy("No open activity"),
        gettext_lazy("Nobody has an open activity on the elements that your roles let you read."),
    ),
    "overdue": (gettext_lazy("Nothing is overdue"), gettext_lazy("All that you owe is still in time.")),
    "today": (gettext_lazy("Nothing is due today"), gettext_lazy("No open activity of yours has its deadline today.")),
    "incoming": (
        gettext_lazy("Nothing came in"),
        gettext_lazy("Missed calls and incoming mail that wait for you would be here."),
    ),
    "mine-completed": (
        gettext_lazy("You have not completed anything yet"),
        gettext_lazy("What you complete comes here, the latest first."),
    ),
    "completed": (
        gettext_lazy("Nothing is completed yet"),
        gettext_lazy("No completed activity on the elements that your roles let you read."),
    ),
}


def why_empty(actor: Actor, standard: StandardFilter | TextFilter, asked: Mapping[str, str]) -> Empty:
    """What an empty list says: rights first, then what was searched, then the filter."""
    if asked.get("search") and _reads(actor):
        path = reverse("activity-list")
        everywhere = address(path, {"q": EVERYTHING, "search": asked["search"]})
        ways = [Way(everywhere, _("Search in all activities"))] if asked.get("q") != EVERYTHING else []
        without = address(path, {**asked, "search": "", "cursor": ""})
        return (*nothing_found(asked["search"]), [*ways, Way(without, _("Clear the search"))])
    return (*_why_empty(actor, standard), [])


def _reads(actor: Actor) -> bool:
    return actor.is_administrator or any(grant.verb == "read" and grant.level != "none" for grant in actor.grants)


def _why_empty(actor: Actor, standard: StandardFilter | TextFilter) -> tuple[str, str]:
    if not _reads(actor):
        return (
            _("Your roles let you read no CRM element"),
            _(
                "Activities follow the elements that they are bound to. Ask an administrator for a role that reads some."
            ),
        )
    if isinstance(standard, TextFilter):
        return _("No activity fits this filter"), _("Nothing that your roles let you read fits it.")
    if standard.code == "subordinates":
        return _no_subordinates(actor)
    title, reason = _EMPTY[standard.code]
    return str(title), str(reason)


def _no_subordinates(actor: Actor) -> tuple[str, str]:
    count = len(actor.subordinates)
    if not count:
        return (
            _("You head no department"),
            _("Your subordinates are the members of the departments that you head and of those below. You have none."),
        )
    text = ngettext(
        "Your subordinate has no open activity on an element that your roles let you read.",
        "None of your %(count)s subordinates has an open activity on an element that your roles let you read.",
        count,
    )
    return _("No open activity of your subordinates"), text % {"count": count}
