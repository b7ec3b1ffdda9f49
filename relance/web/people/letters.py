"""The letter that invites somebody, where this installation sends e-mail."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

# These only show a letter to who runs the server.
SENDS_NOTHING = {"django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend"}

log = logging.getLogger(__name__)


def send_invitation(email: str, link: str, by: str) -> bool | None:
    """Send the link; whether it went out, or None where no e-mail is sent from here."""
    if settings.EMAIL_BACKEND in SENDS_NOTHING:
        return None
    text = _("%(name)s invites you to Relance. Choose your password here, within seven days:\n\n%(link)s\n")
    try:
        sent = send_mail(_("Your invitation to Relance"), text % {"name": by, "link": link}, None, [email])
    except (OSError, SMTPException):
        log.warning("an invitation could not be sent")
        return False
    return bool(sent)
