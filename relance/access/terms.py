"""The words of access rights: verbs, levels and the kinds of element that they are set for (product.md section 6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# How early an activity may count as due: a week.
LONGEST_DUE_SOON_MINUTES = 7 * 24 * 60
KINDS = ("lead", "deal", "contact", "company")


class Verb(TextChoices):
    """What a role allows on an element."""

    READ = "read", _("Read")
    ADD = "add", _("Add")
    UPDATE = "update", _("Update")
    DELETE = "delete", _("Delete")
    EXPORT = "export", _("Export")
    IMPORT = "import", _("Import")


# Read is asked for too: update, delete and export count only on rows that may also be read.
NEEDS_READ = frozenset({Verb.UPDATE, Verb.DELETE, Verb.EXPORT})


class Level(TextChoices):
    """How far a right reaches; each level covers all that the ones above it cover."""

    NONE = "none", _("None")
    OWN = "own", _("Own")
    DEPARTMENT = "department", _("Own and department's")
    SUBDEPARTMENTS = "subdepartments", _("Own, department's and subdepartments'")
    OPEN_TO_ALL = "open_to_all", _("Those and the ones available to everyone")
    ALL = "all", _("All")


RANK = {level: rank for rank, level in enumerate(Level.values)}

MANAGER, HEAD, READ_ONLY, ADMINISTRATOR = "manager", "head", "read_only", "administrator"
ROLE_NAMES = {
    MANAGER: _("Manager"),
    HEAD: _("Head of department"),
    READ_ONLY: _("Read only"),
    ADMINISTRATOR: _("Administrator"),
}

# product.md section 2, the shipped roles: level of read, add, update, delete, export, import.
SHIPPED_LEVELS = {
    MANAGER: ("own", "own", "own", "none", "none", "none"),
    HEAD: ("subdepartments", "subdepartments", "subdepartments", "own", "subdepartments", "none"),
    READ_ONLY: ("all", "none", "none", "none", "none", "none"),
}


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One cell of the rights page as it is to be; level None removes what is set for a pipeline or stage."""

    role_id: int
    kind: str
    verb: str
    level: str | None
    pipeline_id: int | None = None
    stage_id: int | None = None
