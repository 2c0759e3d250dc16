"""Blank forms to download."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from files.serving import answer_with
from procedures.models import FormFile, RequiredDocument
from units.wording import day_of


def _tag(request: HttpRequest, ref: str, pk: int) -> str | None:
    found = FormFile.objects.filter(pk=pk).values_list("file__sha256", flat=True).first()
    return f'"{found}"' if found else None


@require_safe
@condition(etag_func=_tag)
def form(request: HttpRequest, ref: str, pk: int) -> HttpResponseBase:
    """A form of a version that has taken effect. What only a draft names is not public yet."""
    used = RequiredDocument.objects.filter(form=pk, version__procedure__ref=ref)
    if not used.filter(version__valid__startswith__lte=day_of(timezone.now())).exists():
        raise Http404
    found = get_object_or_404(FormFile.objects.select_related("file"), pk=pk)
    return answer_with(found.file, is_public=True)
