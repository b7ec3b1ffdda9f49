import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("activities", "0005_reminders"),
        ("crm", "0002_invariants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("reminder", "Reminders"),
                            ("assigned", "Activities that somebody gives you"),
                            ("mention", "Mentions in comments"),
                            ("validation_asked", "Documents to validate"),
                            ("validation_answered", "Answers to validations"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("moment", models.UUIDField()),
                ("count", models.IntegerField(db_default=1)),
                ("comment_id", models.BigIntegerField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.TextField(
                        choices=[
                            ("none", "None"),
                            ("waiting", "Waiting"),
                            ("claimed", "Claimed"),
                            ("handed", "Handed"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                        ],
                        db_default="none",
                    ),
                ),
                ("mail_at", models.DateTimeField(null=True)),
                ("mail_tries", models.IntegerField(db_default=0)),
                (
                    "activity",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="activities.activity",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "element",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.element"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ToldReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes_before", models.IntegerField()),
                ("remind_at", models.DateTimeField()),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="activities.activity"
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="notifications.notification",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("reminder", "Reminders"),
                            ("assigned", "Activities that somebody gives you"),
                            ("mention", "Mentions in comments"),
                            ("validation_asked", "Documents to validate"),
                            ("validation_answered", "Answers to validations"),
                        ]
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "kind"), name="mail_refusal_once")],
            },
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["user", "at", "id"], name="notification_page"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["user"], name="notification_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("mail__in", ["waiting", "claimed"])), fields=["mail_at"], name="notification_mail"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(fields=("user", "moment"), name="notification_once"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["reminder", "assigned", "mention", "validation_asked", "validation_answered"])
                ),
                name="notification_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail__in", ["none", "waiting", "claimed", "handed", "sent", "failed"])),
                name="notification_mail_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="toldreminder",
            constraint=models.UniqueConstraint(
                fields=("user", "activity", "minutes_before", "remind_at"), name="told_once"
            ),
        ),
    ]
