"""Files in the browser: picked, pasted, dropped; sent with the form, saved by who may, unknown to who may not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from relance.kit.sql import Sql, fetch_column
from tests.browser.conftest import Visit
from tests.cast import Cast, make_activity, make_element
from tests.web.signing import sign_in

PDF = b"%PDF-1.7 quote"
# What a person lets fall or pastes, as a script can make it.
GIVE = """
([selector, kind, name, type, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type }));
  const place = document.querySelector(selector);
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  place.dispatchEvent(event);
}
"""


def give(page: Page, kind: str, selector: str, name: str, text: str) -> None:
    """Drop or paste a file somewhere."""
    page.evaluate(GIVE, [selector, kind, name, "text/plain", text])


def test_picked_pasted_and_dropped_files_are_sent_with_the_form(committed: Cast, visit: Visit, tmp_path: Path) -> None:
    deal = make_element("deal", committed.bob, "Toiture")
    page = visit(f"/activities/new/?element={deal}&type=todo")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").press("Enter")
    chooser.value.set_files(FilePayload(name="Quote.pdf", mimeType="application/pdf", buffer=PDF))
    waiting = page.locator("[data-files] li")
    expect(waiting).to_have_text(["Quote.pdf14\xa0bytes"])
    expect(page.locator("[data-say]")).to_have_text("Quote.pdf is here.")
    give(page, "paste", "[name=description]", "pasted.txt", "pasted")
    give(page, "drop", "[data-drop]", "dropped.txt", "dropped")
    give(page, "drop", "[data-drop]", "virus.exe", "MZ")
    expect(waiting).to_have_count(4)
    expect(waiting.last).to_contain_text("“virus.exe”: files of this kind (“.exe”) are not accepted.")
    page.get_by_role("button", name="Dismiss").last.press("Enter")
    page.get_by_role("button", name="Remove dropped.txt").press("Enter")
    expect(page.get_by_role("button", name="Add files")).to_be_focused()
    expect(waiting).to_have_count(2)
    page.get_by_label("Subject").fill("Send the quote")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name="Send the quote")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Quote.pdf").click()
    saved.value.save_as(tmp_path / "saved.pdf")
    assert saved.value.suggested_filename == "Quote.pdf"
    assert (tmp_path / "saved.pdf").read_bytes() == PDF
    (quote, _pasted) = fetch_column(
        Sql("SELECT id FROM activities_attachment WHERE activity_id IS NOT NULL ORDER BY id")
    )
    assert sign_in(committed.alice).get(f"/files/{quote}/").status_code == 200
    assert sign_in(committed.charlie).get(f"/files/{quote}/").status_code == 404


def test_a_panel_takes_files_at_once_removes_them_and_takes_it_back(
    committed: Cast, visit: Visit, check_axe: Callable[[Page], None]
) -> None:
    activity = make_activity(committed.bob, make_element("deal", committed.bob), subject="Rappeler")
    page = visit(f"/activities/?filter=mine&open={activity}")
    panel = page.locator("#panel")
    give(page, "drop", "#panel [data-drop]", "virus.exe", "MZ")
    give(page, "drop", "#panel [data-drop]", "plan.txt", "plan")
    expect(panel.get_by_role("link", name="plan.txt")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("File added.")
    expect(panel.locator(".refused")).to_contain_text("virus.exe")
    check_axe(page)
    panel.get_by_role("button", name="Remove plan.txt").press("Enter")
    expect(panel.get_by_role("link", name="plan.txt")).to_have_count(0)
    page.locator("#toasts [data-toast]").last.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("link", name="plan.txt")).to_be_visible()
