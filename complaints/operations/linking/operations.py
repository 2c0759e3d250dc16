"""What a case belongs to: another case that says the same, a dossier, a group and its representatives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import choice, line, paragraph
from accounts.staff.operations import Operation
from complaints.clock.states import OPEN, Status
from complaints.models import MOST_REPRESENTATIVES, Case, CaseDossier, CaseLink
from complaints.operations.base import CaseForm, calls
from complaints.operations.linking.actions import confirm_complaint, link_cases, link_dossier, unlink_cases
from complaints.operations.linking.representatives import Delegate, name_representatives
from complaints.permissions import may_decide, may_work
from complaints.registration.fields import MOST_PEOPLE
from complaints.texts.sanitising import sanitised_line
from dossiers.models import Dossier
from units.codes import normalise
from units.models import CodeTemplate

CHOSEN: Final = (CaseLink.Sort.DUPLICATE, CaseLink.Sort.REPEAT, CaseLink.Sort.RELATED)


class LinkForm(CaseForm):
    """Another case that this person sees. What does not exist and what they may not see get the same words."""

    other = line(_("Mã vụ việc kia"), 60, missing=_("Hãy ghi mã vụ việc."))
    sort = choice(
        _("Vì sao"), [(one.value, one.label) for one in CHOSEN], missing=_("Hãy chọn một lý do."), radio=True
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        self.user = user

    def clean_other(self) -> Case:
        code = normalise(self.cleaned_data["other"]) or self.cleaned_data["other"].strip()
        found = Case.objects.visible_to(self.user).plain().filter(code=code).first()
        if found is None:
            raise forms.ValidationError(now_("Không tìm thấy vụ việc này."))
        return found


class UnlinkForm(CaseForm):
    """One of the cases that were linked by a person, as far as this one sees them."""

    other = forms.ModelChoiceField(
        label=_("Vụ việc kia"),
        queryset=Case.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Hãy chọn một vụ việc."), "invalid_choice": _("Hãy chọn một vụ việc.")},
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        linked = _by_person(case).values("other")
        self.fields["other"].queryset = Case.objects.visible_to(user).filter(pk__in=linked)  # type: ignore[attr-defined]


class ConfirmForm(CaseForm):
    """Of which dossiers the complaint proved right; none is an answer too."""

    right = forms.ModelMultipleChoiceField(
        label=_("Phản ánh đúng về cách phục vụ ở hồ sơ"),
        queryset=Dossier.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Hồ sơ được đánh dấu bị trừ điểm thái độ phục vụ; không đánh dấu là phản ánh không đúng."),
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        about = CaseDossier.objects.filter(case=case)
        self.fields["right"].queryset = Dossier.objects.filter(pk__in=about.values("dossier"))  # type: ignore[attr-defined]
        self.initial = {"right": about.filter(is_confirmed=True).values_list("dossier", flat=True)}


class DossierForm(CaseForm):
    dossier = line(_("Mã hồ sơ"), 60, missing=_("Hãy ghi mã hồ sơ."))

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        self.user = user

    def clean_dossier(self) -> Dossier:
        code = normalise(self.cleaned_data["dossier"], CodeTemplate.objects.authorities())
        found = Dossier.objects.visible_to(self.user).filter(code=code).first() if code else None
        if found is None:
            raise forms.ValidationError(now_("Không tìm thấy hồ sơ này."))
        return found


class GroupForm(CaseForm):
    people = forms.IntegerField(
        label=_("Số người"),
        min_value=2,
        max_value=MOST_PEOPLE,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Số người là số từ 2 đến 10.000.")
        ),
    )
    delegates = paragraph(
        _("Người đại diện"),
        missing=_("Hãy ghi ít nhất một người đại diện."),
        hint=_("Mỗi dòng một người, nhiều nhất 5: họ tên; điện thoại; địa chỉ."),
        rows=5,
        most=3000,
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        lines = [f"{one.name}; {one.phone}; {one.address}".rstrip("; ") for one in case.representatives.all()]
        self.initial = {"people": max(case.people, 2), "delegates": "\n".join(lines)}

    def clean_delegates(self) -> list[Delegate]:
        rows = [sanitised_line(row) for row in self.cleaned_data["delegates"].splitlines() if row.strip()]
        if len(rows) > MOST_REPRESENTATIVES:
            raise forms.ValidationError(now_("Nhiều nhất %(n)d người đại diện.") % {"n": MOST_REPRESENTATIVES})
        return [_delegate(row) for row in rows]


def _delegate(row: str) -> Delegate:
    name, phone, address = ([part.strip() for part in row.split(";", 2)] + ["", ""])[:3]
    if not name or len(name) > 200 or len(phone) > 20 or len(address) > 300:
        raise forms.ValidationError(now_("Mỗi dòng ghi: họ tên; điện thoại; địa chỉ."))
    return Delegate(name, phone, address)


def _by_person(case: Case) -> Any:
    return CaseLink.objects.filter(case=case).exclude(sort=CaseLink.Sort.SPLIT)


def _unlinks(user: User, case: Case) -> bool:
    if not _works_on_plain(user, case):
        return False
    known: bool | None = getattr(case, "is_linked", None)
    return _by_person(case).exists() if known is None else known


def _confirms(user: User, case: Case) -> bool:
    """Once it was looked into; by who answers for the unit, since it takes points from somebody."""
    looked_into = case.state in {Status.SETTLING, Status.SETTLED, Status.ANSWERED, Status.CLOSED}
    if not looked_into or case.is_sealed or not may_decide(user, case):
        return False
    known: bool | None = getattr(case, "is_about", None)
    return case.about.exists() if known is None else known


def _works_on_plain(user: User, case: Case) -> bool:
    return case.state in OPEN and not case.is_sealed and may_work(user, case)


OPERATIONS: tuple[Operation[Case], ...] = (
    Operation(
        slug="lien-ket",
        label=_("Liên kết vụ việc trùng, gửi lại"),
        icon="swap",
        form=LinkForm,
        may=_works_on_plain,
        do=calls(link_cases),
        is_aside=True,
    ),
    Operation(
        slug="bo-lien-ket",
        label=_("Bỏ liên kết"),
        icon="x",
        form=UnlinkForm,
        may=_unlinks,
        do=calls(unlink_cases),
        note=_("Liên kết do tách từ cùng một đơn thì không bỏ được."),
        is_aside=True,
    ),
    Operation(
        slug="gan-ho-so",
        label=_("Gắn với hồ sơ"),
        icon="doc",
        form=DossierForm,
        may=_works_on_plain,
        do=calls(link_dossier),
        is_aside=True,
    ),
    Operation(
        slug="xac-minh",
        label=_("Xác minh lỗi phục vụ"),
        icon="tick-circle",
        form=ConfirmForm,
        may=_confirms,
        do=calls(confirm_complaint),
    ),
    Operation(
        slug="nhieu-nguoi",
        label=_("Nhiều người, người đại diện"),
        icon="user",
        form=GroupForm,
        may=_works_on_plain,
        do=calls(name_representatives),
        is_aside=True,
    ),
)
