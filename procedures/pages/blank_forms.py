"""Blank forms to download."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from files.models import StoredFile
from files.storage.actions import is_whole
from files.storage.serving import answer_with
from procedures.models import RequiredDocument
from units.texts.wording import day_of


def _public(ref: str, pk: int) -> StoredFile | None:
    """The form of a version that has taken effect; forms that only a draft names are not public."""
    begun = RequiredDocument.objects.filter(
        form=pk, version__procedure__ref=ref, version__valid__startswith__lte=day_of(timezone.now())
    )
    found = begun.select_related("form__file").first()
    return found.form.file if found and found.form else None


def _tag(request: HttpRequest, ref: str, pk: int) -> str | None:
    found = _public(ref, pk)
    return f'"{found.sha256}"' if found else None


@require_safe
@condition(etag_func=_tag)
def form(request: HttpRequest, ref: str, pk: int) -> HttpResponseBase:
    """Status 404 also for a form whose bytes were lost; that is logged for the administrators."""
    found = _public(ref, pk)
    if found is None or not is_whole(found.storage_name, found.size):
        raise Http404
    return answer_with(found, is_public=True)
