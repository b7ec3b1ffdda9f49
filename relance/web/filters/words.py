"""Kept filters in words: whom one is shared with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from relance.access.queries import role_name
from relance.kit.sql import Row


def share_words(row: Row, language: str) -> str:
    """With whom, of a row of `list_shares`, in the reader's language."""
    if row["everybody"]:
        return _("everybody")
    if row["department_id"]:
        name = str(row["department"])
        return _("%(department)s and below") % {"department": name} if row["with_below"] else name
    if row["group_id"]:
        return _("group %(group)s") % {"group": row["group"]}
    if row["role_id"]:
        names = {"code": row["role"], "name_fr": row["role_fr"], "name_en": row["role_en"]}
        return _("role %(role)s") % {"role": role_name(names, language)}
    return str(row["user"])
