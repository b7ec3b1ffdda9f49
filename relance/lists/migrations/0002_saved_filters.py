from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_roles_kept"),
        ("lists", "0001_tables"),
        ("people", "0003_invitations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("listing", models.TextField()),
                ("name", models.TextField()),
                ("description", models.TextField(blank=True, db_default="", default="")),
                ("text", models.TextField(blank=True, db_default="", default="")),
                ("sort", models.TextField(blank=True, db_default="", default="")),
                ("columns", models.JSONField(default=list)),
                ("version", models.IntegerField(db_default=1, default=1)),
                ("updated_at", models.DateTimeField()),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FilterPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("listing", models.TextField()),
                ("rank", models.IntegerField()),
                ("is_pinned", models.BooleanField(default=False)),
                ("is_default", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "filter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="lists.savedfilter"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedFilterShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("with_below", models.BooleanField(default=False)),
                ("everybody", models.BooleanField(default=False)),
                ("can_edit", models.BooleanField(default=False)),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.department"
                    ),
                ),
                (
                    "filter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="lists.savedfilter"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.group"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.role"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "\\S")), name="saved_filter_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.CheckConstraint(
                condition=models.Q(("listing__in", ("activities", "leads", "deals", "contacts", "companies"))),
                name="saved_filter_listing_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("id", "listing"), name="saved_filter_and_listing"),
        ),
        migrations.AddConstraint(
            model_name="filterplace",
            constraint=models.UniqueConstraint(fields=("user", "filter"), name="filter_place_once"),
        ),
        migrations.AddConstraint(
            model_name="filterplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("user", "listing"), name="filter_default_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfiltershare",
            constraint=models.UniqueConstraint(
                fields=("filter", "user", "department", "group", "role", "everybody"),
                name="saved_filter_share_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfiltershare",
            constraint=models.CheckConstraint(
                condition=models.Q(("with_below", False), ("department__isnull", False), _connector="OR"),
                name="saved_filter_share_below_departments",
            ),
        ),
    ]
