"""The bell and the page of one's notifications; opening one marks it as read and goes to what it is about."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from relance.activities.queries import get_rows
from relance.kit.sql import Row
from relance.notifications.actions import mark_read
from relance.notifications.queries import activities_of, count_unread, get_notification, list_notifications
from relance.notifications.wording import sentence
from relance.web import marks
from relance.web.activities.cells import due_markup, reference
from relance.web.activities.dates import Viewer, due_of, instant_text, instant_whole, viewer_of
from relance.web.lists.headings import address
from relance.web.requests import ActorRequest

ICONS = {
    "reminder": "bell",
    "assigned": "assign",
    "mention": "comment",
    "validation_asked": "document",
    "validation_answered": "document",
}


@require_GET
def notification_list(request: ActorRequest) -> HttpResponse:
    """All one's notifications, the newest first."""
    page = list_notifications(request.actor, cursor=request.GET.get("cursor", ""))
    viewer, path = viewer_of(request.actor), reverse("notification-list")
    places = {name: getattr(page, name) for name in ("first", "previous", "next", "last")}
    context = {
        "notices": [_notice(row, viewer) for row in page.rows],
        "unread": count_unread(request.actor),
        "pager": {name: None if at is None else address(path, {"cursor": at}) for name, at in places.items()},
        "is_paged": bool(page.next or page.previous),
    }
    return render(request, "notifications/list.html", context)


@require_GET
def count(request: ActorRequest) -> HttpResponse:
    """How many are unread, for the bell."""
    return render(request, "notifications/_count.html", {"unread": count_unread(request.actor)})


@require_POST
def read(request: ActorRequest) -> HttpResponse:
    """Mark all as read."""
    mark_read(request.actor)
    return redirect("notification-list")


@require_GET
def detail(request: ActorRequest, notification_id: int) -> HttpResponse:
    """The activities that one notification is about, those that its reader may see."""
    row = get_notification(request.actor, id=notification_id)
    viewer = viewer_of(request.actor)
    ids = activities_of(request.actor, notification=row)
    found = get_rows(request.actor, ids=ids, columns=("element",)) if ids else []
    found.sort(key=lambda activity: (activity["due_at"], activity["id"]))
    shown = [
        {
            **activity,
            "due": due_markup(due_of(activity, viewer)),
            "element": reference(activity["element_kind"] or "", activity["element_number"], activity["element_name"]),
        }
        for activity in found
    ]
    context = {"notice": _notice(row, viewer), "activities": shown, "hidden": max(0, len(ids) - len(shown))}
    return render(request, "notifications/detail.html", context)


@require_POST
def open_one(request: ActorRequest, notification_id: int) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    row = get_notification(request.actor, id=notification_id)
    mark_read(request.actor, ids=[notification_id])
    if row["subject"] is not None and row["activity_id"]:
        return redirect("activity-detail", row["activity_id"])
    if row["element_name"] is not None:
        return redirect(marks.element_path(row["element_kind"], row["element_number"]))
    return redirect("notification-detail", notification_id)


def _notice(row: Row, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": row["id"],
        "icon": ICONS[row["kind"]],
        "text": sentence(row),
        "is_unread": row["read_at"] is None,
        "at": instant_text(row["at"], viewer),
        "whole": instant_whole(row["at"], viewer),
        "iso": row["at"].isoformat(timespec="minutes"),
    }
