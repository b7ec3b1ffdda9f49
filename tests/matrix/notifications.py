"""The lines of one's notifications: nobody sees another one's."""

from __future__ import annotations

from tests.matrix.lines import Line, flat
from tests.matrix.world import World

# The one notification that there is, is Bob's.
BOBS_ONLY = flat("302 403 ok 404 404 404 404 404")
EVERYBODY_WITH_A_ROLE = flat("302 403 200 200 200 200 200 200")


def _bobs(world: World, _row: str) -> dict[str, int]:
    return {"notification_id": world.notification}


NOTIFICATIONS = [
    Line("notification-list", "GET", EVERYBODY_WITH_A_ROLE),
    Line("notification-count", "GET", EVERYBODY_WITH_A_ROLE),
    Line("notification-read", "POST", flat("302 403 302 302 302 302 302 302"), exempt="only what one has looked at"),
    Line("notification-detail", "GET", BOBS_ONLY, arguments=_bobs),
    Line("notification-open", "POST", BOBS_ONLY, ok=302, arguments=_bobs, exempt="only what one has looked at"),
]
