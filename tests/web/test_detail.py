"""One activity: its page, its panel, its menu; what is closed, and what is refused and why."""

from __future__ import annotations

from relance.activities.actions import assign_activities, postpone_activities
from relance.kit import clock
from tests.cast import Cast, give_role, make_activity, make_element, make_role
from tests.web.signing import HTMX, sign_in, text_of


def test_shows_the_fields_and_the_history(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob, "Toiture"), subject="Rappeler")
    bob = cast.actor("bob")
    postpone_activities(bob, ids=[activity], to_day=clock.today(bob.time_zone))
    html = text_of(sign_in(cast.bob).get(f"/activities/{activity}/"))
    assert "<html" in html
    assert "Rappeler" in html
    assert "Toiture" in html
    assert html.count('class="log"') == 1


def test_the_panel_is_a_fragment(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    html = text_of(sign_in(cast.bob).get(f"/activities/{activity}/", headers=HTMX))
    assert "<html" not in html
    assert "data-close-panel" in html


def test_a_closed_element_has_no_name(cast: Cast) -> None:
    activity = make_activity(
        cast.bob, make_element("deal", cast.bob, "À moi"), make_element("lead", cast.charlie, "Secret")
    )
    html = text_of(sign_in(cast.bob).get(f"/activities/{activity}/"))
    assert "À moi" in html
    assert "Secret" not in html
    assert "ref closed" in html


def test_hidden_and_unknown_read_alike(cast: Cast) -> None:
    hidden = make_activity(cast.charlie, make_element("deal", cast.charlie))
    client = sign_in(cast.bob)
    for place in ("", "edit/", "menu/"):
        answers = [client.get(f"/activities/{number}/{place}") for number in (hidden, 999_999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert len({text_of(answer).replace(str(hidden), "").replace("999999999", "")[:200] for answer in answers}) == 1


def test_the_menu_offers_everything_to_who_may(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    html = text_of(sign_in(cast.bob).get(f"/activities/{activity}/menu/", headers=HTMX))
    assert 'aria-disabled="true"' not in html
    assert html.count('role="menuitem"') == 11


def test_the_menu_says_why_it_refuses(cast: Cast) -> None:
    give_role(make_role({"read": "all"}), cast.charlie)
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    html = text_of(sign_in(cast.charlie).get(f"/activities/{activity}/menu/", headers=HTMX))
    assert html.count('aria-disabled="true"') == 9
    assert html.count("<small>") >= 6


def test_who_may_not_edit_gets_no_form(cast: Cast) -> None:
    give_role(make_role({"read": "all"}), cast.charlie)
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    client = sign_in(cast.charlie)
    assert "panel-foot" not in text_of(client.get(f"/activities/{activity}/"))
    assert client.get(f"/activities/{activity}/edit/").status_code == 403


def test_the_history_says_who_got_it(cast: Cast) -> None:
    deal = make_element("deal", cast.bob, is_open_to_all=True)
    give_role(make_role({"read": "all"}), cast.charlie)
    activity = make_activity(cast.bob, deal)
    assign_activities(cast.actor("bob"), ids=[activity], to=cast.charlie)
    html = text_of(sign_in(cast.bob).get(f"/activities/{activity}/"))
    assert "Charlie Roux" in html.split('class="log"')[1]


def test_ids_too_large_for_the_database_lead_nowhere(cast: Cast) -> None:
    client = sign_in(cast.bob)
    assert client.get(f"/activities/{'9' * 40}/").status_code == 404
    assert client.get(f"/activities/?open={'9' * 5000}").status_code == 200
