"""Known vulnerabilities, the list of packages, and the whole API as every role; see script/audit.

    script/audit.py TOOLS        the folder with the tools; results go there too

The API is asked by schemathesis, which makes requests from the API's own description, good ones and bad ones: as
nobody, as each of the demo's logins and as a partner with a key. Wrong are a server error, an answer that the
description does not have, and an operation that answered no role with success.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from bench_engines import catalogue_ready, engines_running, serving

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = 10  # drawn of each operation, beside the edge cases of each parameter
DOSSIERS = 40  # of each role, for what it may do with them
SIZE = 0.006  # of the demo's register
UNLIMITED = "1000000/min"


def main(tools: Path) -> int:
    tools = tools.resolve()
    bin_, results = tools / "venv" / "bin", tools / "results"
    results.mkdir(exist_ok=True)
    is_good = [list_packages(bin_, tools / "sbom.json"), no_known_vulnerability(bin_), api_is_sound(bin_, results)]
    return 0 if all(is_good) else 1


def list_packages(bin_: Path, sbom: Path) -> bool:
    """Writes all packages with versions, hashes and licences known from the lock file."""
    argv = [bin_ / "cyclonedx-py", "requirements", LOCK, "--pyproject", ROOT / "pyproject.toml"]
    done = subprocess.run([*argv, "--of", "JSON", "--output-reproducible", "-o", sbom], text=True, capture_output=True)
    if done.returncode:
        print(done.stderr)
        return False
    print(f"ok    {len(json.loads(sbom.read_text())['components'])} packages listed in {sbom}")
    return True


def no_known_vulnerability(bin_: Path) -> bool:
    """Asks PyPI about every package. What it cannot learn it says loudly and does not hold against the packages."""
    argv = [bin_ / "pip-audit", "-r", LOCK, "--require-hashes", "--disable-pip", "-f", "json"]
    done = subprocess.run([*argv, "--progress-spinner", "off"], text=True, capture_output=True, timeout=300)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        print(f"SKIPPED  KNOWN VULNERABILITIES: {(done.stderr.strip().splitlines() or ['no answer'])[-1][:200]}")
        return True
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    if unknown:
        print(
            f"SKIPPED  KNOWN VULNERABILITIES: nothing could be learned about {len(unknown)} of {len(packages)} packages"  # noqa: E501
        )
    found = [(one["name"], one["version"], each["id"]) for one in packages for each in one.get("vulns", ())]
    for name, version, number in found:
        print(f"FAIL  {name} {version}: {number}")
    print(
        f"{'FAIL ' if found else 'ok   '} {len(packages) - len(unknown)} packages compared with known vulnerabilities"
    )
    return not found


# --- The API ---------------------------------------------------------------------------------------------------------


def api_is_sound(bin_: Path, results: Path) -> bool:
    """Asks every operation as every role."""
    is_good, seen = True, defaultdict(set)
    with portal() as url:
        operations, asking, open_to_all = described(url), roles(), known_values()
        for role, signs in asking.items():
            known = signs | {"choices": open_to_all | own_dossiers(role)}
            is_good &= ask_as(bin_, url, role, known, results)
            count_answers(results / f"{role}.har", url, operations, seen)
    for name in operations:
        if not any(status < 400 for status in seen[name]):
            print(f"FAIL  {name} was never answered with success: {sorted(seen[name])}")
            is_good = False
    print(f"{'ok   ' if is_good else 'FAIL '} API: {len(operations)} operations as {len(asking)} roles")
    return is_good


@contextmanager
def portal() -> Iterator[str]:
    """A portal with a small demo district and without limits of requests; its address."""
    os.environ |= {"LOG_LEVEL": "ERROR", "ALLOWED_HOSTS": "127.0.0.1", "API_RATE": UNLIMITED, "COSTLY_RATE": UNLIMITED}
    with engines_running() as home:
        catalogue_ready()
        make_district()
        with serving(home, {}) as url:
            yield url


def make_district() -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from dossiers.demo.loading import load
    from dossiers.demo.plan import first_day, read_proportions
    from dossiers.demo.staff import make_staff

    call_command("load_case_rules", verbosity=0)
    now, proportions = timezone.now(), read_proportions()
    on = first_day(proportions, timezone.localdate(now))
    make_staff(logins=settings.DEMO_LOGINS, password=settings.DEMO_PASSWORD or "", proportions=proportions, on=on)
    load(now=now, progress=lambda done, total: None, size=SIZE)


def roles() -> dict[str, dict[str, Any]]:
    """Role → the headers and cookies that a client of that role sends."""
    from django.conf import settings

    partner = {"headers": {"Authorization": f"Bearer {partner_key()}"}, "cookies": {}}
    signed_in = {role: session_of(name) for role, name in settings.DEMO_LOGINS.items()}
    return {"nobody": {"headers": {}, "cookies": {}}, "partner": partner} | signed_in


def session_of(name: str) -> dict[str, dict[str, str]]:
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client, token = Client(), secrets.token_hex(16)
    client.force_login(User.objects.get(username=name))
    session = settings.SESSION_COOKIE_NAME
    cookies = {session: client.cookies[session].value, settings.CSRF_COOKIE_NAME: token}
    return {"headers": {"X-CSRFToken": token}, "cookies": cookies}


def partner_key() -> str:
    from django.utils import timezone

    from complaints.intake.partners.keys import digest_of
    from complaints.models import ApiKey, Partner, Scope

    key = secrets.token_urlsafe(32)
    partner, _is_new = Partner.objects.get_or_create(code="audit", defaults={"name": "Audit"})
    scopes = [Scope.CREATE, Scope.READ]
    ApiKey.objects.create(partner=partner, digest=digest_of(key), shown=key[:8], scopes=scopes, made_at=timezone.now())
    return key


def known_values() -> dict[str, list[dict[str, Any]]]:
    """Path of the description → parameters and bodies that exist, as audit_hooks.py reads them."""
    from complaints.registration.choices import open_to_all
    from procedures.models import Offering, ProcedureVersion
    from units.models import Unit

    offering = Offering.objects.select_related("procedure", "unit").order_by("pk").first()
    assert offering is not None
    ref, unit = offering.procedure.ref, offering.unit.slug
    version = ProcedureVersion.objects.filter(procedure=offering.procedure).get()
    report = {
        **{
            "reference": "A-1",
            "service": open_to_all()[0].code,
            "subject": "Hỏi",
            "reporter": {},
            "received_at": None,
        },
        **{"content": "Xin hỏi thời hạn giải quyết hồ sơ.", "place": "", "latitude": None, "longitude": None},
    }
    due = {"procedure": ref, "unit": unit, "received_at": "2026-06-01T09:00:00+07:00"}
    of_version = {"ref": ref, "since": str(version.valid.lower)}
    return {
        "/api/v1/procedures/{ref}/": [{"path_parameters": {"ref": ref}}],
        "/api/v1/procedures/{ref}/versions/": [{"path_parameters": {"ref": ref}}],
        "/api/v1/procedures/{ref}/versions/{since}/": [{"path_parameters": of_version}],
        "/api/v1/offerings/{ref}/{slug}/": [{"path_parameters": {"ref": ref, "slug": unit}}],
        "/api/v1/units/{slug}/": [{"path_parameters": {"slug": one.slug}} for one in Unit.objects.all()[:9]],
        "/api/v1/due-date/": [{"query": due}],
        "/api/v1/partner/cases/": [{"body": report}],
        "/api/v1/partner/cases/{reference}/": [{"path_parameters": {"reference": "A-1"}}],
    }


def own_dossiers(role: str) -> dict[str, list[dict[str, Any]]]:
    """The dossiers that the login of the role sees, and what it may do with them now."""
    from django.conf import settings

    from accounts.models import User
    from dossiers.models import Dossier
    from dossiers.operations.registry import operations_on
    from dossiers.permissions import visible_file

    if role not in settings.DEMO_LOGINS:
        return {}
    user = User.objects.get(username=settings.DEMO_LOGINS[role])
    files, moves = [], []
    for code in Dossier.objects.visible_to(user).order_by("-pk").values_list("code", flat=True)[:DOSSIERS]:
        file = visible_file(user, code)
        files.append({"path_parameters": {"code": code}})
        seen = str(file.events.count())
        for operation in operations_on(file, user):
            moves.append({"path_parameters": {"code": code, "slug": operation.slug}, "body": {"seen": seen}})
    paths = {"/api/v1/dossiers/{code}/": files, "/api/v1/dossiers/{code}/acts/{slug}/": moves}
    return {path: choices for path, choices in paths.items() if choices}


def ask_as(bin_: Path, url: str, role: str, known: dict[str, Any], results: Path) -> bool:
    """One run of schemathesis; its own report is printed where something is wrong."""
    har, values = results / f"{role}.har", results / "known.json"
    values.write_text(json.dumps(known))
    env = os.environ | {"SCHEMATHESIS_HOOKS": str(ROOT / "script" / "audit_hooks.py"), "AUDIT_KNOWN": str(values)}
    argv = [bin_ / "st", "run", f"{url}/api/v1/schema/?format=json", "--max-examples", str(EXAMPLES)]
    argv += ["--phases", "examples,coverage,fuzzing", "--checks", CHECKS, "--continue-on-failure", "--seed", "1"]
    argv += ["--report", "har", "--report-har-path", har, "--no-color", "--warnings", "off"]
    done = subprocess.run(argv, text=True, capture_output=True, timeout=600, env=env, cwd=results)
    print(f"{'FAIL ' if done.returncode else 'ok   '} API as {role}", flush=True)
    if done.returncode:
        print(done.stdout[-6000:], done.stderr[-2000:])
    return not done.returncode


def described(url: str) -> dict[str, re.Pattern[str]]:
    """Each operation ("GET /api/v1/units/{slug}/") → what its requests look like."""
    schema = httpx.get(f"{url}/api/v1/schema/?format=json").json()
    names = [(method.upper(), path) for path, methods in schema["paths"].items() for method in methods]
    return {f"{method} {path}": re.compile(f"{method} {re.sub('{[^}]+}', '[^/]+', path)}") for method, path in names}


def count_answers(har: Path, url: str, operations: dict[str, re.Pattern[str]], seen: dict[str, set[int]]) -> None:
    """Adds the statuses of each operation."""
    for entry in json.loads(har.read_text())["log"]["entries"]:
        asked = entry["request"]
        request = f"{asked['method']} {asked['url'].removeprefix(url).partition('?')[0]}"
        for name, pattern in operations.items():
            if pattern.fullmatch(request):
                seen[name].add(entry["response"]["status"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
