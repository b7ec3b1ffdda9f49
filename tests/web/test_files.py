"""Files: taken in whole or refused with the reason, given to whom may read what they belong to, removed and put back."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from relance.activities.actions import create_activity, delete_activities, edit_activities, upload_file
from relance.activities.actions.attaching import MOST_PENDING
from relance.activities.jobs import sweep_files
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.bulk.actions import undo
from relance.kit.errors import Invalid
from relance.kit.sql import Sql, execute, fetch_column, fetch_one, fetch_value, sql
from tests.cast import Cast, delete_element, give_role, journal_size, make_activity, make_element, make_role
from tests.web.signing import HTMX, sign_in, text_of

PDF = b"%PDF-1.7 quote"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def send(client: Client, name: str, content: bytes, **more: Any) -> Any:
    """Send a file in as the browser does."""
    headers = {"X-File-Name": quote(name.encode("utf-8", "surrogatepass")), **HTMX}
    return client.post("/files/", content, content_type="application/octet-stream", headers=headers, **more)


def sent(client: Client, name: str = "Devis.pdf", content: bytes = PDF) -> int:
    """The id of a file that was taken in."""
    answer = send(client, name, content)
    assert answer.status_code == 201, text_of(answer)
    return int(re.findall(r'name="files" value="(\d+)"', text_of(answer))[0])


def blobs_on_disk() -> list[Path]:
    """All that lies in the folder of files."""
    return [path for path in Path(settings.FILES_ROOT).glob("**/*") if path.is_file()]


def rows() -> int:
    """How many files the database knows."""
    return int(fetch_value(Sql("SELECT count(*) FROM activities_attachment")))


def packed(count: int = 1, size: int = 10, name: str = "[Content_Types].xml") -> bytes:
    """An archive of some entries, each of so many zeros, the first with a name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(name if not number else f"{number}.xml", b"\x00" * size)
    return out.getvalue()


def test_a_file_is_kept_whole_out_of_reach_and_for_its_owner_alone(cast: Cast) -> None:
    client = sign_in(cast.bob)
    file_id = sent(client, "Devis été.pdf")
    (blob,) = blobs_on_disk()
    assert blob.read_bytes() == PDF
    assert oct(blob.stat().st_mode & 0o777) == "0o600"
    assert "Devis" not in str(blob)
    row = fetch_one(sql("SELECT * FROM activities_attachment WHERE id = {}", file_id))
    assert row is not None
    assert (row["name"], row["size"], row["media_type"]) == ("Devis été.pdf", len(PDF), "application/pdf")
    assert client.get(f"/files/{file_id}/").status_code == 200
    for other in (cast.alice, cast.root):
        assert sign_in(other).get(f"/files/{file_id}/").status_code == 404


NAMES = (
    "../../etc/passwd.txt", "..\\boot.txt", "a/b.pdf", "a\x00b.pdf", "a\nb.pdf", "a\x1bb.pdf", "facture\u202efdp.txt",
    "\u2066a.pdf", "CON.pdf", "lpt1.txt", "nul.tar.pdf", "a" * 201 + ".pdf", "é" * 130 + ".pdf", ".htaccess.txt", "a.pdf.",
    "", "   ", "a:b.pdf", "a|b.pdf", "a*.pdf", "\ud800.pdf",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_tricks_is_refused_by_name(cast: Cast, name: str) -> None:
    answer = send(sign_in(cast.bob), name, PDF)
    assert answer.status_code == 422
    assert "«" in text_of(answer) or "“" in text_of(answer)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", text_of(answer))
    assert (rows(), blobs_on_disk()) == (0, [])


CONTENTS = {
    "an empty file": ("a.pdf", b""),
    "a program": ("a.exe", b"MZ\x90\x00"),
    "a script": ("a.js", b"alert(1)"),
    "no extension": ("contrat", PDF),
    "a program called a picture": ("a.png", b"MZ\x90\x00" * 9),
    "a page called a picture": ("a.png", b"<html><script>alert(1)</script>"),
    "a program called a text": ("a.txt", b"MZ\x90\x00" * 9),
    "an archive called a document": ("a.pdf", packed()),
    "a document called an archive": ("a.zip", PDF),
    "an archive without a document's parts": ("a.docx", packed(name="x.xml")),
    "a cut archive": ("a.zip", packed()[:-30]),
    "half an archive": ("a.zip", packed(count=50)[:200] + packed(count=50)[-22:]),
    "a bomb": ("a.zip", packed(count=70, size=2**20)),
    "a bomb called a sheet": ("a.xlsx", packed(count=70, size=2**20)),
    "an archive of too many": ("a.zip", packed(count=10_001, size=0)),
}


@pytest.mark.parametrize("what", CONTENTS)
def test_what_is_not_what_it_says_is_refused_and_nothing_stays(cast: Cast, what: str) -> None:
    name, content = CONTENTS[what]
    answer = send(sign_in(cast.bob), name, content)
    assert answer.status_code == 422
    assert name in text_of(answer)
    assert (rows(), blobs_on_disk()) == (0, [])


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.docx", packed()), ("a.zip", packed(count=3)), ("Photo.PNG", PNG), ("note.txt", "été".encode()),
     ("vieux.csv", "été".encode("latin-1")), ("page.html", b"<script>alert(1)</script>")],
)  # fmt: skip
def test_what_companies_send_each_other_is_taken(cast: Cast, name: str, content: bytes) -> None:
    assert sent(sign_in(cast.bob), name, content)


def test_what_is_too_large_is_refused_before_and_while_it_comes(cast: Cast, settings: Any) -> None:
    settings.MOST_UPLOAD_BYTES = 2**20
    client = sign_in(cast.bob)
    answer = send(client, "Gros.txt", b"a" * (2**20 + 1))
    assert answer.status_code == 422
    assert "Gros.txt" in text_of(answer)
    with pytest.raises(Invalid):
        upload_file(cast.actor("bob"), name="Gros.txt", chunks=iter([b"a" * 2**20] * 2), announced_bytes=10)
    assert (rows(), blobs_on_disk()) == (0, [])


def test_what_breaks_off_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(Invalid, match=r"Devis\.pdf"):
        upload_file(cast.actor("bob"), name="Devis.pdf", chunks=iter([PDF]), announced_bytes=len(PDF) + 5)
    assert (rows(), blobs_on_disk()) == (0, [])


def test_a_form_of_files_is_refused(cast: Cast) -> None:
    answer = sign_in(cast.bob).post("/files/", {"file": io.BytesIO(PDF)}, headers=HTMX)
    assert answer.status_code == 422
    assert (rows(), blobs_on_disk()) == (0, [])


def test_only_so_many_may_wait(cast: Cast) -> None:
    client = sign_in(cast.bob)
    for _number in range(MOST_PENDING):
        first = sent(client)
    assert send(client, "Un de trop.pdf", PDF).status_code == 422
    assert len(blobs_on_disk()) == MOST_PENDING
    assert client.post(f"/files/{first}/remove/", headers=HTMX).status_code == 200
    assert len(blobs_on_disk()) == MOST_PENDING or rows() == MOST_PENDING - 1
    assert sent(client)


def test_what_is_active_is_saved_and_never_shown(cast: Cast) -> None:
    client = sign_in(cast.bob)
    picture, page = sent(client, "Photo.png", PNG), sent(client, "page.html", b"<script>alert(1)</script>")
    drawing = sent(client, "dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    shown = client.get(f"/files/{picture}/?view")
    assert shown.headers["Content-Disposition"].startswith("inline")
    for file_id in (page, drawing):
        assert client.get(f"/files/{file_id}/?view").headers["Content-Disposition"].startswith("attachment")
    for answer in (shown, client.get(f"/files/{drawing}/"), client.get(f"/files/{picture}/")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/files/{picture}/").headers["Content-Disposition"].startswith("attachment")


def _draft(cast: Cast, deal: int, *files: int) -> ActivityDraft:
    return ActivityDraft(type="call", subject="Rappeler", elements=(deal,), responsible_id=cast.bob, files=files)


def test_an_activity_is_made_with_its_files(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    file_id = sent(sign_in(cast.bob))
    activity, _gesture = create_activity(bob, _draft(cast, deal, file_id))
    assert "Devis.pdf" in text_of(sign_in(cast.bob).get(f"/activities/{activity}/"))
    assert b"".join(sign_in(cast.alice).get(f"/files/{file_id}/").streaming_content) == PDF  # type: ignore[attr-defined]
    assert sign_in(cast.charlie).get(f"/files/{file_id}/").status_code == 404
    assert sign_in(cast.charlie).get("/files/999999999/").status_code == 404


def test_the_form_attaches_and_keeps_what_waits_when_it_is_refused(cast: Cast) -> None:
    client, deal = sign_in(cast.bob), make_element("deal", cast.bob)
    file_id = sent(client)
    form = {"type": "todo", "subject": "", "elements": deal, "responsible": cast.bob, "priority": 2, "files": file_id}
    again = client.post("/activities/new/", form)
    assert again.status_code == 422
    assert f'name="files" value="{file_id}"' in text_of(again)
    assert client.post("/activities/new/", {**form, "subject": "Envoyer"}).status_code == 302
    assert fetch_value(sql("SELECT activity_id FROM activities_attachment WHERE id = {}", file_id))


def test_nobody_attaches_the_file_of_another_nor_one_twice(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    alices, bobs = sent(sign_in(cast.alice)), sent(sign_in(cast.bob))
    activity = make_activity(cast.bob, deal)
    before = journal_size()
    client = sign_in(cast.bob)
    for files in ([alices], [bobs, alices], [999_999_999]):
        assert client.post(f"/files/of/activity/{activity}/", {"files": files}).status_code == 422
    assert journal_size() == before
    assert client.post(f"/files/of/activity/{activity}/", {"files": [bobs]}).status_code == 302
    assert client.post(f"/files/of/element/{deal}/", {"files": [bobs]}).status_code == 422


def test_who_may_only_read_adds_and_removes_nothing(cast: Cast) -> None:
    give_role(make_role({"read": "all"}), cast.charlie)
    deal = make_element("deal", cast.bob)
    activity, _gesture = create_activity(cast.actor("bob"), _draft(cast, deal, file_id := sent(sign_in(cast.bob))))
    client, own = sign_in(cast.charlie), sent(sign_in(cast.charlie))
    before = journal_size()
    assert client.get(f"/files/{file_id}/").status_code == 200
    assert client.post(f"/files/{file_id}/remove/").status_code == 403
    assert client.post(f"/files/of/activity/{activity}/", {"files": [own]}).status_code == 403
    assert client.post(f"/files/of/element/{deal}/", {"files": [own]}).status_code == 403
    assert journal_size() == before


@pytest.mark.parametrize("owner", ["activity", "element"])
def test_adding_and_removing_are_taken_back(cast: Cast, owner: str) -> None:
    bob, client, deal = cast.actor("bob"), sign_in(cast.bob), make_element("deal", cast.bob)
    owner_id = deal if owner == "element" else make_activity(cast.bob, deal)
    file_id = sent(client)
    added = client.post(f"/files/of/{owner}/{owner_id}/", {"files": [file_id]}, headers=HTMX)
    assert "Devis.pdf" in text_of(added)
    removed = client.post(f"/files/{file_id}/remove/", headers=HTMX)
    assert client.get(f"/files/{file_id}/").status_code == 404
    client.post(_undo(removed), headers=HTMX)
    assert sign_in(cast.alice).get(f"/files/{file_id}/").status_code == 200
    client.post(_undo(added), headers=HTMX)
    assert sign_in(cast.alice).get(f"/files/{file_id}/").status_code == 404
    assert "Devis.pdf" not in text_of(client.get(f"/files/of/{owner}/{owner_id}/"))
    # Taking it back was a gesture too.
    last = fetch_value(Sql("SELECT gesture FROM journal_auditentry WHERE noun = 'attachment' ORDER BY id DESC LIMIT 1"))
    undo(bob, gesture=last)
    assert sign_in(cast.alice).get(f"/files/{file_id}/").status_code == 200


def _undo(answer: Any) -> str:
    return str(re.findall(r'hx-post="(/undo/[^"]+)"', text_of(answer))[0])


def test_a_file_goes_to_the_bin_and_comes_back_with_its_activity(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    file_id = sent(sign_in(cast.bob))
    activity, _gesture = create_activity(bob, _draft(cast, deal, file_id))
    gone = delete_activities(bob, ids=[activity]).gesture
    assert sign_in(cast.root).get(f"/files/{file_id}/").status_code == 404
    assert gone
    undo(bob, gesture=gone)
    assert sign_in(cast.root).get(f"/files/{file_id}/").status_code == 200


def test_undoing_a_creation_keeps_its_files_for_who_wants_it_back(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    file_id = sent(sign_in(cast.bob))
    _activity, made = create_activity(bob, _draft(cast, deal, file_id))
    assert made
    back = undo(bob, gesture=made)
    assert (back.refused, sign_in(cast.bob).get(f"/files/{file_id}/").status_code) == ([], 404)
    assert back.gesture
    undo(bob, gesture=back.gesture)
    assert sign_in(cast.bob).get(f"/files/{file_id}/").status_code == 200


def test_a_file_of_a_deleted_element_is_nobodys(cast: Cast) -> None:
    client, deal = sign_in(cast.bob), make_element("deal", cast.bob)
    file_id = sent(client)
    client.post(f"/files/of/element/{deal}/", {"files": [file_id]})
    assert "Devis.pdf" in text_of(client.get(f"/crm/deals/{_number(deal)}/"))
    delete_element(deal)
    assert sign_in(cast.root).get(f"/files/{file_id}/").status_code == 404


def _number(element: int) -> int:
    return int(fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", element)))


def test_one_edit_adds_and_removes_and_is_one_gesture(cast: Cast) -> None:
    bob, client, deal = cast.actor("bob"), sign_in(cast.bob), make_element("deal", cast.bob)
    old, new = sent(client, "Vieux.pdf"), sent(client, "Neuf.pdf")
    activity, _gesture = create_activity(bob, _draft(cast, deal, old))
    changes = ActivityChanges(subject="Renvoyer", add_files=(new,), remove_files=(old,))
    edited = edit_activities(bob, ids=[activity], changes=changes)
    names = "SELECT name FROM activities_attachment WHERE activity_id = {} AND deleted_at IS NULL"
    assert fetch_column(sql(names, activity)) == ["Neuf.pdf"]
    assert edited.gesture
    assert undo(bob, gesture=edited.gesture).refused == []
    assert fetch_column(sql(names, activity)) == ["Vieux.pdf"]


def test_what_nobody_attached_goes_after_a_day_and_bytes_without_a_row_too(cast: Cast) -> None:
    client, deal = sign_in(cast.bob), make_element("deal", cast.bob)
    kept, waiting, fresh = sent(client), sent(client), sent(client)
    create_activity(cast.actor("bob"), _draft(cast, deal, kept))
    execute(sql("UPDATE activities_attachment SET uploaded_at = now() - interval '25 hours' WHERE id <> {}", fresh))
    lost = Path(settings.FILES_ROOT) / "ab" / ("ab" * 24)
    unfinished = lost.with_name(".new-" + "ab" * 24)
    lost.parent.mkdir(parents=True, exist_ok=True)
    for path in (lost, unfinished):
        path.write_bytes(b"x")
        os.utime(path, (0, 0))
    sweep_files()
    assert set(fetch_column(Sql("SELECT id FROM activities_attachment"))) == {kept, fresh}
    assert waiting not in {kept, fresh}
    assert len(blobs_on_disk()) == 2
