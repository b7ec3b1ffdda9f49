"""The demo company's customers: companies with their contacts, deals and leads, who is responsible for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from relance.config.demo_company.people import PROSPECTING, SELLING, SERVING, Person, Staff
from relance.config.demo_company.words import (
    CITIES,
    FIRST_NAMES,
    LAST_NAMES,
    MOBILE,
    POSITIONS,
    PRODUCTS,
    SOURCES,
    TRADES,
    City,
    Product,
    Trade,
)
from relance.crm.terms import Kind
from relance.kit.text import fold

OLDEST_DAYS = 900
# Of a hundred elements, so many are companies; the rest is shared out in proportion to these.
SHARES = {Kind.COMPANY: 16, Kind.CONTACT: 30, Kind.DEAL: 34, Kind.LEAD: 20}
DEAL_STAGES = {"qualification": 14, "discovery": 13, "quote": 16, "negotiation": 12, "won": 27, "lost": 18}
LEAD_STAGES = {"new": 30, "contacted": 26, "qualified": 18, "converted": 14, "junk": 12}


@dataclass(eq=False)
class Draft:
    """An element to be written, with what the wording of its activities needs. `own` are its kind's own columns."""

    kind: str
    name: str
    sort_key: str
    responsible: Person
    created_at: datetime
    is_open_to_all: bool = False
    stage: str = ""
    own: dict[str, object] = field(default_factory=dict)
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    product: Product | None = None
    amount: Decimal | None = None
    id: int = 0


@dataclass(eq=False)
class Account:
    """A company, or a stranger who has only leads, with all that belongs to it; `weight`: how much happens there."""

    name: str
    city: City
    weight: float
    company: Draft | None = None
    contacts: list[Draft] = field(default_factory=list)
    deals: list[Draft] = field(default_factory=list)
    leads: list[Draft] = field(default_factory=list)

    @property
    def elements(self) -> list[Draft]:
        return [*([self.company] if self.company else []), *self.contacts, *self.deals, *self.leads]


class Market(NamedTuple):
    """All that element making needs: who works here, what time it is, and the dice."""

    staff: Staff
    now: datetime
    random: Random


def make_accounts(staff: Staff, now: datetime, random: Random, *, elements: int) -> list[Account]:
    """Exactly so many elements, grouped by the company that they belong to."""
    market = Market(staff, now, random)
    counts = {kind: elements * share // 100 for kind, share in SHARES.items()}
    counts[Kind.DEAL] += elements - sum(counts.values())
    names = _company_names(random)
    accounts = [_company(market, next(names)) for _ in range(counts[Kind.COMPANY])]
    weights = [account.weight for account in accounts]
    for account in random.choices(accounts, weights, k=counts[Kind.CONTACT]):
        account.contacts.append(_contact(market, account))
    for account in random.choices(accounts, weights, k=counts[Kind.DEAL]):
        account.deals.append(_deal(market, account))
    strangers = []
    for _ in range(counts[Kind.LEAD]):
        if random.random() < 0.4:
            account = random.choices(accounts, weights)[0]
        else:
            name, _trade = next(names)
            account = Account(name, random.choice(CITIES), random.uniform(0.05, 0.3))
            strangers.append(account)
        account.leads.append(_lead(market, account))
    return [*accounts, *strangers]


def _company_names(random: Random) -> Iterator[tuple[str, Trade]]:
    seen: set[str] = set()
    while True:
        trade = random.choice(TRADES)
        stem = random.choice(LAST_NAMES) if random.random() < 0.7 else random.choice(CITIES).name
        name = random.choice(trade.names).format(stem)
        if name in seen:
            name = f"{name} {random.choice(('et Fils', 'Frères', 'Atlantique', 'Nord', 'Développement', 'Associés'))}"
        if name not in seen:
            seen.add(name)
            yield name, trade


def _company(market: Market, called: tuple[str, Trade]) -> Account:
    (name, trade), random = called, market.random
    account = Account(name, random.choice(CITIES), min(random.paretovariate(1.3), 25))
    owners = market.staff.of(*SELLING, *SERVING[1:]) if random.random() < 0.25 else market.staff.of(*SELLING)
    employees = int(trade.smallest + (trade.largest - trade.smallest) * random.random() ** 3)
    account.company = Draft(
        Kind.COMPANY,
        name,
        fold(name),
        random.choice(owners),
        _born(market, OLDEST_DAYS),
        is_open_to_all=random.random() < 0.15,
        own={
            "industry": trade.industry,
            "city": account.city.name,
            "employees": employees,
            "revenue": Decimal(employees * random.randrange(60, 240) * 1000),
            "currency": "EUR",
        },
        phones=[_phone(random, account.city.dialling)],
        emails=[f"contact@{_domain(account)}"],
    )
    return account


def _contact(market: Market, account: Account) -> Draft:
    random = market.random
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    mail = f"{fold(first)}.{fold(last)}@{_domain(account)}".replace(" ", "-")
    return Draft(
        Kind.CONTACT,
        f"{first} {last}",
        fold(f"{last} {first}"),
        _colleague(market, account),
        _born(market, 700),
        is_open_to_all=random.random() < 0.08,
        own={"first_name": first, "last_name": last, "position": random.choice(POSITIONS)},
        phones=[_phone(random, MOBILE), *([_phone(random, account.city.dialling)] if random.random() < 0.4 else [])],
        emails=[mail],
    )


def _deal(market: Market, account: Account) -> Draft:
    random = market.random
    product = random.choice(PRODUCTS)
    amount = _amount(random, product)
    stage = random.choices(list(DEAL_STAGES), list(DEAL_STAGES.values()))[0]
    is_over = stage in {"won", "lost"}
    born = _born(market, 600 if is_over else 120)
    days = random.randint(5, max(6, (market.now - born).days)) if is_over else random.randint(3, 100)
    closes_on = min(born + timedelta(days=days), market.now).date() if is_over else market.now.date() + timedelta(days)
    name = f"{product.name} – {account.name}"
    own: dict[str, object] = {"amount": amount, "currency": "EUR", "closes_on": closes_on}
    return Draft(
        Kind.DEAL,
        name,
        fold(name),
        _colleague(market, account),
        born,
        is_open_to_all=random.random() < 0.06,
        stage=stage,
        own=own,
        product=product,
        amount=amount,
    )


def _lead(market: Market, account: Account) -> Draft:
    random = market.random
    product = random.choice(PRODUCTS)
    amount = _amount(random, product) if random.random() < 0.6 else None
    name = f"{account.name} – {product.name[0].lower()}{product.name[1:]}"
    people = market.staff.of(PROSPECTING) if random.random() < 0.6 else market.staff.of(*SELLING)
    own: dict[str, object] = {"company_name": account.name, "source": random.choice(SOURCES), "amount": amount}
    return Draft(
        Kind.LEAD,
        name,
        fold(name),
        random.choice(people),
        _born(market, 180),
        is_open_to_all=random.random() < 0.05,
        stage=random.choices(list(LEAD_STAGES), list(LEAD_STAGES.values()))[0],
        own={**own, "currency": "EUR"},
        phones=[_phone(random, account.city.dialling)],
        emails=[f"contact@{_domain(account)}"],
        product=product,
        amount=amount,
    )


def _colleague(market: Market, account: Account) -> Person:
    """The company's own responsible, or somebody of his department or of the whole sales force."""
    assert account.company
    owner, dice = account.company.responsible, market.random.random()
    if dice < 0.4:
        return owner
    if dice < 0.75:
        return market.random.choice(market.staff.of(owner.place.title))
    return market.random.choice(market.staff.of(*SELLING))


def _born(market: Market, oldest_days: int) -> datetime:
    """A working hour of the past, more often a recent one."""
    days = int(oldest_days * market.random.random() ** 1.4)
    born = market.now - timedelta(days=days)
    born -= timedelta(days=max(0, born.weekday() - 4))
    seconds = market.random.randrange(7 * 3600, 17 * 3600)
    born = born.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=seconds)
    return min(born, market.now - timedelta(hours=2))


def _amount(random: Random, product: Product) -> Decimal:
    span = product.dearest - product.cheapest
    return Decimal(product.cheapest + int(span * random.random() ** 2.2) // 50 * 50)


def _phone(random: Random, dialling: str) -> str:
    return f"{dialling} {random.randrange(100):02} {random.randrange(100):02}"


def _domain(account: Account) -> str:
    words = "".join(c if c.isalnum() else " " for c in fold(account.name)).split()
    return f"{'-'.join(words)}.example"
