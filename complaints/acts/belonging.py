"""What a case belongs to: another case that says the same, a dossier, a group and its representatives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.actions import Delegate, link_cases, link_dossier, name_representatives
from complaints.acts.base import CaseAct, CaseForm
from complaints.models import MOST_REPRESENTATIVES, Case, CaseLink
from complaints.permissions import may_work
from complaints.states import OPEN
from complaints.taming import tamed_line
from complaints.voice_forms import MOST_PEOPLE
from dossiers.fields import choice, line, paragraph
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
        told = [f"{one.name}; {one.phone}; {one.address}".rstrip("; ") for one in case.representatives.all()]
        self.initial = {"people": max(case.people, 2), "delegates": "\n".join(told)}

    def clean_delegates(self) -> list[Delegate]:
        rows = [tamed_line(row) for row in self.cleaned_data["delegates"].splitlines() if row.strip()]
        if len(rows) > MOST_REPRESENTATIVES:
            raise forms.ValidationError(now_("Nhiều nhất %(n)d người đại diện.") % {"n": MOST_REPRESENTATIVES})
        return [_delegate(row) for row in rows]


def _delegate(row: str) -> Delegate:
    name, phone, address = ([part.strip() for part in row.split(";", 2)] + ["", ""])[:3]
    if not name or len(name) > 200 or len(phone) > 20 or len(address) > 300:
        raise forms.ValidationError(now_("Mỗi dòng ghi: họ tên; điện thoại; địa chỉ."))
    return Delegate(name, phone, address)


def _works_on_plain(user: User, case: Case) -> bool:
    return case.state in OPEN and not case.is_sealed and may_work(user, case)


ACTS = (
    CaseAct(
        "lien-ket",
        _("Liên kết vụ việc trùng, gửi lại"),
        "swap",
        LinkForm,
        _works_on_plain,
        lambda case, form, user, at: link_cases(
            case=case, other=form.cleaned_data["other"], sort=form.cleaned_data["sort"], actor=user, at=at
        ),
    ),
    CaseAct(
        "gan-ho-so",
        _("Gắn với hồ sơ"),
        "doc",
        DossierForm,
        _works_on_plain,
        lambda case, form, user, at: link_dossier(case=case, dossier=form.cleaned_data["dossier"]),
    ),
    CaseAct(
        "nhieu-nguoi",
        _("Nhiều người, người đại diện"),
        "user",
        GroupForm,
        _works_on_plain,
        lambda case, form, user, at: name_representatives(
            case=case, people=form.cleaned_data["people"], delegates=form.cleaned_data["delegates"]
        ),
    ),
)
