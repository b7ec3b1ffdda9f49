"""CRM elements: one concrete table for what all kinds share, a small table for what each kind has of its own."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from relance.crm.terms import Kind, Outcome

KIND_CHECK = Q(kind__in=Kind.values)


class Pipeline(models.Model):
    """A path of stages for deals."""

    code = models.TextField(blank=True)
    name_fr = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    rank = models.IntegerField(default=0)


class Stage(models.Model):
    """A step of leads, or of one pipeline's deals."""

    kind = models.TextField()
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, null=True, related_name="stages")
    code = models.TextField(blank=True)
    name_fr = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    outcome = models.TextField(choices=Outcome.choices, default=Outcome.OPEN)
    rank = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stage_of_leads_or_a_pipeline",
                condition=Q(kind="lead", pipeline__isnull=True) | Q(kind="deal", pipeline__isnull=False),
            ),
            models.UniqueConstraint(name="stage_rank_once", fields=["kind", "pipeline", "rank"], nulls_distinct=False),
        ]


class Element(models.Model):
    """What leads, deals, contacts and companies share. `number` is unique within a kind and is what people see."""

    kind = models.TextField(choices=Kind.choices)
    number = models.BigIntegerField()
    name = models.TextField()
    sort_key = models.TextField()
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_open_to_all = models.BooleanField(default=False)
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, null=True, related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    origin = models.TextField(blank=True)
    origin_id = models.TextField(blank=True)
    creation_key = models.UUIDField(null=True, unique=True)
    version = models.IntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    deleted_gesture = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="element_kind_known", condition=KIND_CHECK),
            models.UniqueConstraint(name="element_number_once", fields=["kind", "number"]),
            models.UniqueConstraint(name="element_id_kind", fields=["id", "kind"]),
            models.UniqueConstraint(
                name="element_origin_once", fields=["kind", "origin", "origin_id"], condition=~Q(origin_id="")
            ),
            models.CheckConstraint(
                name="element_stage_where_kind_has_stages",
                condition=Q(kind="lead", pipeline__isnull=True, stage__isnull=False)
                | Q(kind="deal", pipeline__isnull=False, stage__isnull=False)
                | Q(kind__in=["contact", "company"], pipeline__isnull=True, stage__isnull=True),
            ),
            models.CheckConstraint(
                name="element_deletion_whole",
                condition=Q(deleted_at__isnull=True, deleted_gesture__isnull=True)
                | Q(deleted_at__isnull=False, deleted_gesture__isnull=False),
            ),
        ]


class ContactPoint(models.Model):
    """A phone number or e-mail address of an element, as typed and in the form that is compared."""

    element = models.ForeignKey(Element, models.CASCADE, related_name="contact_points")
    kind = models.TextField(choices=[("phone", "phone"), ("email", "email")])
    raw = models.TextField()
    normalised = models.TextField(db_index=True)
    rank = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="contact_point_kind_known", condition=Q(kind__in=["phone", "email"]))
        ]


class ElementText(models.Model):
    """The words of an element's name, kept by triggers; no change of state touches it (docs/adr/0011)."""

    element = models.OneToOneField(Element, models.CASCADE, primary_key=True, related_name="+")
    words = SearchVectorField()


class Lead(models.Model):
    """A lead's own fields. `element` and `kind` together refer to an element of this kind."""

    element = models.OneToOneField(Element, models.CASCADE, primary_key=True, related_name="lead")
    kind = models.TextField(default=Kind.LEAD)
    company_name = models.TextField(blank=True)
    source = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        constraints = [models.CheckConstraint(name="lead_kind", condition=Q(kind=Kind.LEAD))]


class Deal(models.Model):
    """A deal's own fields, with the company and the contacts that it is made with."""

    element = models.OneToOneField(Element, models.CASCADE, primary_key=True, related_name="deal")
    kind = models.TextField(default=Kind.DEAL)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="EUR")
    closes_on = models.DateField(null=True)
    company = models.ForeignKey(Element, models.PROTECT, null=True, related_name="+")
    company_kind = models.TextField(default=Kind.COMPANY)

    class Meta:
        constraints = [
            models.CheckConstraint(name="deal_kind", condition=Q(kind=Kind.DEAL)),
            models.CheckConstraint(name="deal_company_kind", condition=Q(company_kind=Kind.COMPANY)),
        ]


class Contact(models.Model):
    """A contact's own fields; the element's name is made of the first and last names."""

    element = models.OneToOneField(Element, models.CASCADE, primary_key=True, related_name="contact")
    kind = models.TextField(default=Kind.CONTACT)
    first_name = models.TextField(blank=True)
    last_name = models.TextField(blank=True)
    position = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="contact_kind", condition=Q(kind=Kind.CONTACT))]


class Company(models.Model):
    """A company's own fields."""

    element = models.OneToOneField(Element, models.CASCADE, primary_key=True, related_name="company")
    kind = models.TextField(default=Kind.COMPANY)
    industry = models.TextField(blank=True)
    city = models.TextField(blank=True)
    employees = models.IntegerField(null=True)
    revenue = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        constraints = [
            models.CheckConstraint(name="company_kind", condition=Q(kind=Kind.COMPANY)),
            models.CheckConstraint(name="company_employees_positive", condition=Q(employees__gte=0)),
        ]


class DealContact(models.Model):
    """A contact of a deal."""

    deal = models.ForeignKey(Element, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Element, models.CASCADE, related_name="+")
    deal_kind = models.TextField(default=Kind.DEAL)
    contact_kind = models.TextField(default=Kind.CONTACT)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="deal_contact_once", fields=["deal", "contact"]),
            models.CheckConstraint(
                name="deal_contact_kinds", condition=Q(deal_kind=Kind.DEAL, contact_kind=Kind.CONTACT)
            ),
        ]


class ContactCompany(models.Model):
    """A company that a contact works for."""

    contact = models.ForeignKey(Element, models.CASCADE, related_name="+")
    company = models.ForeignKey(Element, models.CASCADE, related_name="+")
    contact_kind = models.TextField(default=Kind.CONTACT)
    company_kind = models.TextField(default=Kind.COMPANY)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="contact_company_once", fields=["contact", "company"]),
            models.CheckConstraint(
                name="contact_company_kinds", condition=Q(contact_kind=Kind.CONTACT, company_kind=Kind.COMPANY)
            ),
        ]
