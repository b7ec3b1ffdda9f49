"""Users, and the tree of departments that they are members of."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Finds a user by the e-mail address that he signs in with."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in, is responsible for elements and activities, and is a member of departments."""

    email = models.TextField(unique=True)
    first_name = models.TextField(blank=True)
    last_name = models.TextField()
    sort_key = models.TextField()
    position = models.TextField(blank=True)
    time_zone = models.TextField(default="Europe/Paris")
    language = models.TextField(default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    origin = models.TextField(blank=True)
    origin_id = models.TextField(blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_email_lower", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="user_language_known", condition=Q(language__in=["fr", "en"])),
            models.UniqueConstraint(
                name="user_origin_once", fields=["origin", "origin_id"], condition=~Q(origin_id="")
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Department(models.Model):
    """A node of the tree. Its head is always one of its members (a composite foreign key in the first migration)."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name = models.TextField()
    sort_key = models.TextField()
    head = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    origin = models.TextField(blank=True)
    origin_id = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="department_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.UniqueConstraint(
                name="department_origin_once", fields=["origin", "origin_id"], condition=~Q(origin_id="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user in a department."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(name="membership_once", fields=["department", "user"])]


class Invitation(models.Model):
    """A link by which a new user chooses his password: once, and within a week. The link's secret itself is not kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    token_hash = models.TextField(unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
