"""Sending a case on the web: category, guidance where the law requires more than a form, form, review, and code and
secret of the case.

Nothing is stored before the last button: each page repeats the form. There is no captcha; a visitor may send five
cases a minute.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits.attempts import TooManyTries
from accounts.staff.fields import add_broken
from complaints.clock.states import Kind
from complaints.intake.limits import count_sending
from complaints.intake.web.forms import NewCaseForm
from complaints.models import Case, Category
from complaints.registration.choices import choices, offices, open_to_all, reception
from complaints.registration.fields import FilesForm
from complaints.registration.files import receive_with_uploads
from complaints.sealed.denunciation_detection import reads_like_denunciation
from complaints.tracking.opened_cases import has_opened, remember_opened
from dossiers.tracking.views import too_many, visitor_of
from files.uploads.handler import stopped
from units.clock.days import local_day
from units.codes import normalise
from units.rules import RuleBroken
from units.texts.wording import is_english

MOST_TYPED: Final = 100
DOING, EDIT, SEND = "doing", "edit", "send"
NEEDS_PLACE: Final = "camera=(), microphone=(), geolocation=(self)"
GUIDANCE: Final = {"khieu-nai": Kind.GRIEVANCE, "to-cao": Kind.DENUNCIATION}


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """`/phan-anh/?q=rac`: the categories that match what is typed, or all where none does.

    `ho-so`: the code of a dossier that it is about, handed on to the form.
    """
    typed = request.GET.get("q", "").strip()[:MOST_TYPED]
    found = choices(typed)
    nothing = bool(typed) and not found
    context = {"typed": typed, "groups": found or choices(""), "nothing": nothing, "about": _about(request)}
    return render(request, "complaints/intake/web/choose.html", context)


@require_safe
def guidance(request: HttpRequest, slug: str) -> HttpResponse:
    """What the law asks of a grievance or a denunciation, before the form."""
    at, kind = timezone.now(), GUIDANCE[slug]
    category = open_to_all().filter(kind=kind.value).first()
    context = {"kind": kind.value, "category": category, "reception": reception(offices(local_day(at)))}
    return render(request, "complaints/intake/web/guidance.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the form. POST: its review, the form again, or, by the last button, the case."""
    at = timezone.now()
    category = get_object_or_404(open_to_all(), code=slug)
    made_of: dict[str, Any] = {"category": category, "offices": offices(local_day(at)), "at": at}
    if request.method != "POST":
        language = "en" if is_english(get_language() or "vi") else "vi"
        initial = {"request_key": uuid4(), "language": language, "dossier": _about(request)}
        return _form(request, NewCaseForm(initial=initial, **made_of))
    too_large = stopped(request)
    form, doing = NewCaseForm(request.POST, **made_of), request.POST.get(DOING)
    if not form.is_valid() or doing == EDIT:
        return _form(request, form)
    try:
        if doing != SEND:
            return _review(request, form, FilesForm())
        return _send(request, form, too_large, at)
    except RuleBroken as broken:
        form.add_error(None, broken.message)
        return _form(request, form)


@never_cache
@require_safe
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """The code and the date once more, without the secret, for the browser that has just sent or opened it."""
    case = get_object_or_404(Case.objects.select_related("unit"), code=code)
    if not has_opened(request, case):
        raise Http404
    return _sent(request, case)


def _sent(request: HttpRequest, case: Case, status: int = 200) -> HttpResponse:
    """With the secret in the answer to the request that made the case, and in no other."""
    link = request.build_absolute_uri(reverse("complaints:tracking", args=[case.code]))
    context = {"case": case, "link": link, "secret": case.fresh_secret}
    answer = render(request, "complaints/intake/web/sent.html", context, status=status)
    return remember_opened(request, answer, case)


def _about(request: HttpRequest) -> str:
    """The dossier whose page somebody came from; empty for what could not be the code of one."""
    return normalise(request.GET.get("ho-so", "")[:MOST_TYPED]) or ""


def _send(request: HttpRequest, form: NewCaseForm, too_large: list[str], at: datetime) -> HttpResponse:
    files = FilesForm(request.POST, request.FILES)
    for words in too_large:
        files.add_error("uploads", words)
    if not files.is_valid():
        return _review(request, form, files, status=413 if too_large else 422)
    try:
        count_sending(visitor=visitor_of(request), at=at)
    except TooManyTries as refused:
        files.add_error(None, _("Vừa gửi nhiều lần trong một phút.") + " " + refused.come_back)
        return too_many(_review(request, form, files), refused)
    try:
        case = receive_with_uploads(new=form.new_case(), uploads=files.cleaned_data["uploads"], at=at)
    except RuleBroken as broken:
        add_broken(files, broken)
        return _review(request, form, files, status=422)
    return _sent(request, case, status=201)


def _form(request: HttpRequest, form: NewCaseForm) -> HttpResponse:
    status = 422 if form.errors else 200
    form.data = {name: value for name, value in form.data.items() if name != "website"}  # pressed again, it is sent
    answer = render(
        request, "complaints/intake/web/write.html", {"form": form, "category": form.category}, status=status
    )
    if not form.is_secret:
        answer.headers["Permissions-Policy"] = NEEDS_PLACE
    return answer


def _sealed_instead(form: NewCaseForm) -> Category | None:
    """The sealed category to offer instead, where the text reads like a denunciation."""
    cleaned = form.cleaned_data
    if form.is_secret or not reads_like_denunciation(cleaned["content"], cleaned.get("place", "")):
        return None
    return open_to_all().filter(kind=Kind.DENUNCIATION.value).first()


def _review(request: HttpRequest, form: NewCaseForm, files: FilesForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "files": files,
        "category": form.category,
        "summary": list(form.summary()),
        "past_limitation": form.past_limitation(),
        "chosen_before": bool(request.FILES) or status == 413,
        "sealed_category": _sealed_instead(form),
    }
    return render(request, "complaints/intake/web/review.html", context, status=status)
