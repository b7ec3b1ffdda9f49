"""Every page there is, as the matrix lists their addresses, and what is wrong with each, at all widths and in both schemes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from relance.kit.sql import execute, sql
from tests.browser.conftest import AXE, TAGS, line_of
from tests.matrix.lines import Line
from tests.matrix.table import MATRIX
from tests.matrix.walking import body_of, browser, session_of
from tests.matrix.world import World

Scheme = Literal["light", "dark"]
WIDTHS = (360, 390, 768, 1024, 1440, 2560)
# Where axe looks: in one language at a narrow window, in the other at a wide one; which, and in which scheme, goes round from
# page to page. No page is looked at in one scheme alone.
LOOKS: dict[str, tuple[int, int]] = {"fr": (360, 768), "en": (2560, 1440)}
SCHEMES: dict[str, tuple[Scheme, Scheme]] = {"fr": ("light", "dark"), "en": ("dark", "light")}
ASKED = {"resultTypes": ["violations"], "runOnly": TAGS}
# What can be scrolled sideways: the window, what fills it, and a dialog that stands open.
TOO_WIDE = """() => [":root", "body", "main", "dialog[open]"].flatMap(name => [...document.querySelectorAll(name)])
    .filter(one => one.scrollWidth > one.clientWidth)
    .map(one => `${one.tagName} is ${one.scrollWidth} px wide, by ` + [...one.querySelectorAll("*")]
        .filter(part => part.getBoundingClientRect().right > one.getBoundingClientRect().right + 1)
        .slice(0, 5).map(part => `${part.tagName}.${part.className}`).join(" "))"""


@dataclass(frozen=True)
class Stop:
    """A page of the walk: its line in the matrix, its address, and who looks at it."""

    line: str
    path: str
    role: str


def stops(world: World, part: int, parts: int) -> Iterator[Stop]:
    """The first whole page that somebody gets from each line of the matrix that reads; a part of those lines."""
    for line in [line for line in MATRIX if line.method == "GET"][part::parts]:
        allowed = sorted((cell for cell in line.cells() if cell[2] == 200), key=lambda cell: cell[1] != "root")
        yield from _first(world, [(line, row, role) for row, role, _status in allowed[:1]])


def refusals(world: World) -> Iterator[Stop]:
    """The page of somebody without a role, of what one may not, and of what there is not."""
    for role, status in (("nora", 403), ("bob", 403), ("root", 404)):
        cells = [(line, *cell) for line in MATRIX if line.method == "GET" for cell in line.cells()]
        yield from _first(world, [(line, row, who) for line, row, who, said in cells if (who, said) == (role, status)])


def _first(world: World, asked: list[tuple[Line, str, str]]) -> Iterator[Stop]:
    for line, row, role in asked:
        said = dict(line.form(world, row, role))
        if "<html" in body_of(browser(world.people.get(role)).get(line.address(world, row), said)):
            query = f"?{urlencode(said, doseq=True)}" if said else ""
            yield Stop(str(line), line.address(world, row) + query, role)
            return


class Walker:
    """A browser that goes from page to page as one person after the other, in one language at a time."""

    def __init__(self, page: Page, url: str, world: World) -> None:
        self.page, self.url, self.world, self.language = page, url, world, ""
        self.sessions: dict[str, str] = {}
        self.looks = 0
        page.context.add_init_script(path=AXE)
        # A busy machine is no fault of the page.
        page.set_default_timeout(30_000)

    def speak(self, language: str) -> None:
        """From now on everybody reads this language, and so does who is not signed in."""
        self.language, self.looks = language, 0
        execute(sql("UPDATE people_user SET language = {}", language))
        self.page.context.set_extra_http_headers({"Accept-Language": language})

    def go(self, path: str, role: str = "root") -> None:
        """Open an address as somebody."""
        context: BrowserContext = self.page.context
        context.clear_cookies()
        if role != "anonymous":
            self.sessions.setdefault(role, session_of(self.world.people[role]))
            cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[role], "url": self.url}
            context.add_cookies([cookie])
        self.page.goto(self.url + path)
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        expect(self.page.locator(".htmx-request")).to_have_count(0)

    def leave(self) -> None:
        """What the page still asks for comes in before the tables are emptied under it."""
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        self.page.goto("about:blank")

    def look(self, of: str) -> Iterator[str]:
        """What is wrong with the page as it stands, in all widths and both schemes."""
        self.looks += 1
        at, scheme = LOOKS[self.language][self.looks % 2], SCHEMES[self.language][self.looks // 2 % 2]
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            yield from (f"{of}, {self.language}, {width}: {said}" for said in self.page.evaluate(TOO_WIDE))
            if width == at:
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                yield from (f"{of}, {self.language}, {width} {scheme}: {said}" for said in ask_axe(self.page))


def ask_axe(page: Page) -> list[str]:
    """What axe-core, which the walker's pages load with themselves, says of the page as it stands."""
    found: dict[str, Any] = page.evaluate("asked => axe.run(document, asked)", ASKED)
    return [line_of(violation) for violation in found["violations"]]
