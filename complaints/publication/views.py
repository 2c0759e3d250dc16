"""Answers that everybody may read: of published cases, and the questions most people have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.publication.published import (
    published_figures,
    search_publications,
    search_questions,
    suggest_answers,
)

MOST_TYPED = 200


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """`/phan-anh/cong-khai/?q=via he&trang=2`. Three queries."""
    typed = _typed(request)
    page = search_publications(typed, request.GET.get("trang", ""))
    context = {
        "typed": typed,
        "page": page,
        "figures": [] if typed or page.number > 1 else published_figures(timezone.now()),
    }
    return render(request, "complaints/publication/publications.html", context)


@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """`/phan-anh/hoi-dap/?q=khai sinh`: published questions with their answers. Two queries."""
    typed = _typed(request)
    return render(
        request,
        "complaints/publication/faq.html",
        {"typed": typed, "page": search_questions(typed, request.GET.get("trang", ""))},
    )


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The part of a page with published answers to the question that is being typed. Two queries at most."""
    return render(request, "complaints/publication/_suggestions.html", {"suggested": suggest_answers(_typed(request))})


def _typed(request: HttpRequest) -> str:
    return request.GET.get("q", request.GET.get("content", "")).strip()[:MOST_TYPED]
