"""Forms to merge, divide or move units. The rules are in `units.reorganisation.actions`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.staff.fields import DayField
from units.models import Unit, UnitIdentifier, UnitKind, UnitSuccessor
from units.reorganisation.actions import (
    NewDesk,
    NewUnit,
    Reorganisation,
    merge_units,
    reparent,
    split_unit,
)
from units.rules import RuleBroken

FEWEST_PARTS: Final = 2
MOST_PARTS: Final = 6
ENDED = gettext_lazy("Có đơn vị đã kết thúc hoạt động: hãy chọn lại.")

_OF_NEW: Final = {"desk": "desk_name", "identifiers": "gso"}
"""Names of fields in `units.reorganisation.actions` that differ from this form's."""


def offices() -> QuerySet[Unit]:
    """Units that have not ended, without desks: a desk follows its office."""
    return (
        Unit.objects.filter(valid_to=None).exclude(kind__code=UnitKind.DESK).order_by("kind__order", "order", "name")
    )


def _line(label: Any, most: int, *, required: bool = False, missing: Any = "", help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        error_messages={"required": missing} if missing else {},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _office(label: Any, *, missing: Any = "", empty: Any = "", help_text: Any = "") -> forms.ModelChoiceField[Unit]:
    return forms.ModelChoiceField(
        offices(),
        label=label,
        required=bool(missing),
        empty_label=empty or gettext_lazy("Chọn đơn vị"),
        help_text=help_text,
        error_messages={"required": missing, "invalid_choice": ENDED},
    )


def _receiver() -> dict[str, forms.Field]:
    """The fields of a successor: an existing unit, or a new one."""
    kinds = UnitKind.objects.exclude(code=UnitKind.DESK)
    return {
        "existing": _office(gettext_lazy("Đơn vị đang có"), empty=gettext_lazy("Không: đơn vị mới, ghi bên dưới")),
        "name": _line(gettext_lazy("Tên đơn vị mới"), 160),
        "short_name": _line(gettext_lazy("Tên ngắn"), 80, help_text=gettext_lazy("Để trống thì dùng tên đầy đủ.")),
        "kind": forms.ModelChoiceField(
            kinds, label=gettext_lazy("Loại"), required=False, empty_label=gettext_lazy("Chọn loại")
        ),
        "parent": _office(gettext_lazy("Trực thuộc"), empty=gettext_lazy("Không trực thuộc đơn vị nào")),
        "slug": _line(gettext_lazy("Định danh trên địa chỉ web"), 70, help_text=gettext_lazy("Như phuong-bach-mai.")),
        "gso": _line(gettext_lazy("Mã đơn vị hành chính"), 60),
        "desk_name": _line(
            gettext_lazy("Tên bộ phận một cửa"), 160, help_text=gettext_lazy("Cần khi đơn vị cũ có bộ phận một cửa.")
        ),
        "code_prefix": _line(gettext_lazy("Mã cơ quan trong mã hồ sơ"), 35, help_text=gettext_lazy("Như H26.19.22.")),
        "address": _line(gettext_lazy("Địa chỉ"), 200),
        "telephone": _line(gettext_lazy("Điện thoại"), 40),
        "hours_text": _line(gettext_lazy("Giờ làm việc"), 160),
    }


class ReorganisationForm(forms.Form):
    """The day and the document; each subclass adds its units and how it is carried out."""

    on = DayField(
        label=gettext_lazy("Từ ngày"), help_text=gettext_lazy("Ngày đầu tiên sau khi sắp xếp, như 01/07/2025.")
    )
    source = _line(
        gettext_lazy("Văn bản"),
        200,
        required=True,
        missing=gettext_lazy("Hãy nêu văn bản làm căn cứ."),
        help_text=gettext_lazy("Số, ngày và nơi ban hành."),
    )

    receivers: tuple[str, ...] = ()
    """The prefixes of the successors' fields, which are named as `new-name` or `parts-0-name`."""

    def _offer(self, *receivers: str) -> None:
        """Adds the successors' fields; sets the choices of all fields from units that are read once."""
        self.receivers = receivers
        for prefix in receivers:
            self.fields.update({f"{prefix}-{name}": field for name, field in _receiver().items()})
        kinds = [(kind.pk, str(kind)) for kind in UnitKind.objects.exclude(code=UnitKind.DESK)] if receivers else []
        rows = list(offices())
        units = [(unit.pk, str(unit)) for unit in rows]
        tenant = next((unit.pk for unit in rows if unit.is_tenant), None)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                empty = [] if field.empty_label is None else [("", field.empty_label)]
                field.choices = [*empty, *(kinds if name.endswith("-kind") else units)]
                field.initial = tenant if name.endswith("-parent") else None

    @property
    def frame(self) -> list[BoundField]:
        """The fields that belong to no single successor."""
        return [field for field in self.visible_fields() if not field.name.startswith(self.receivers or "\0")]

    @property
    def groups(self) -> Iterator[tuple[int, BoundField, list[BoundField]]]:
        """For each successor its number, the field for an existing unit, and the fields of a new one."""
        for number, prefix in enumerate(self.receivers, 1):
            existing, *rest = [field for field in self.visible_fields() if field.name.startswith(prefix)]
            yield number, existing, rest

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for prefix in self.receivers:
            self._check_receiver(prefix)
        return cleaned

    def _check_receiver(self, prefix: str) -> None:
        typed = self.cleaned_data
        existing, name = typed.get(f"{prefix}-existing"), typed.get(f"{prefix}-name")
        if f"{prefix}-existing" in self.errors or f"{prefix}-name" in self.errors:
            return
        if bool(existing) == bool(name):
            one = _("Chỉ chọn một: đơn vị đang có, hoặc đơn vị mới ghi bên dưới.")
            none = _("Hãy chọn đơn vị đang có, hoặc ghi đơn vị mới bên dưới.")
            self.add_error(f"{prefix}-existing", one if existing else none)
        if not name:
            return
        for field, missing in (("kind", _("Hãy chọn loại đơn vị.")), ("slug", _("Hãy ghi định danh."))):
            if not typed.get(f"{prefix}-{field}") and f"{prefix}-{field}" not in self.errors:
                self.add_error(f"{prefix}-{field}", missing)
        if typed.get(f"{prefix}-code_prefix") and not typed.get(f"{prefix}-desk_name"):
            self.add_error(f"{prefix}-desk_name", _("Có mã cơ quan thì hãy ghi tên bộ phận một cửa."))

    def receiver(self, prefix: str) -> Unit | NewUnit:
        typed = {name: self.cleaned_data[f"{prefix}-{name}"] for name in _receiver()}
        existing: Unit | None = typed["existing"]
        if existing:
            return existing
        short, place = typed["short_name"] or typed["name"][:80], {name: typed[name] for name in _PLACE}
        desk = typed["desk_name"] and NewDesk(
            typed["desk_name"], typed["desk_name"][:80], f"mot-cua-{typed['slug']}", typed["code_prefix"], **place
        )
        return NewUnit(
            kind=typed["kind"].code,
            name=typed["name"],
            short_name=short,
            slug=typed["slug"],
            parent=typed["parent"],
            identifiers={UnitIdentifier.GSO: typed["gso"]} if typed["gso"] else {},
            desk=desk or None,
            **place,
        )

    def add_broken(self, broken: RuleBroken) -> None:
        """Adds the message of a broken rule to the field it concerns."""
        self.add_error(self._field_of(broken.field or ""), broken.message)

    def _field_of(self, named: str) -> str | None:
        place, *rest = named.split(".")
        if place in self.receivers:
            is_new = bool(self.cleaned_data.get(f"{place}-name"))
            return f"{place}-{_OF_NEW.get(rest[0], rest[0]) if rest else 'name'}" if is_new else f"{place}-existing"
        return place if place in self.fields else None


_PLACE: Final = ("address", "telephone", "hours_text")
"""Fields that a new unit shares with its desk."""


class MergeForm(ReorganisationForm):
    title = gettext_lazy("Hợp nhất đơn vị")
    lead = gettext_lazy("Các đơn vị cũ kết thúc; một đơn vị, đang có hoặc mới, tiếp tục toàn bộ công việc của chúng.")

    olds = forms.ModelMultipleChoiceField(
        offices(),
        label=gettext_lazy("Đơn vị kết thúc"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Hãy chọn ít nhất một đơn vị."),
            "invalid_choice": ENDED,
            "invalid_pk_value": ENDED,
        },
    )

    def __init__(self, data: QueryDict | None = None, **given: Any) -> None:
        super().__init__(data, **given)
        self._offer("new")

    def carry_out(self, at: datetime) -> Reorganisation:
        typed = self.cleaned_data
        new = self.receiver("new")
        return merge_units(olds=typed["olds"], new=new, on=typed["on"], source=typed["source"], at=at)


class SplitForm(ReorganisationForm):
    title = gettext_lazy("Chia tách đơn vị")
    lead = gettext_lazy("Đơn vị cũ kết thúc; mỗi đơn vị nhận một phần, hồ sơ chưa trả về một đơn vị.")

    old = _office(gettext_lazy("Đơn vị được chia"), missing=gettext_lazy("Hãy chọn đơn vị được chia."))
    takes_over = forms.TypedChoiceField(
        label=gettext_lazy("Hồ sơ chưa trả, vai trò và nơi thực hiện chuyển cho"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn đơn vị nhận hồ sơ đang giải quyết.")},
    )
    parts = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, **given: Any) -> None:
        super().__init__(data, **given)
        self.count = self._count(str((self.data or self.initial).get("parts", "")))
        self.fields["parts"].initial = self.initial["parts"] = self.count
        self._offer(*(f"parts-{number}" for number in range(self.count)))
        takes_over = self.fields["takes_over"]
        assert isinstance(takes_over, forms.TypedChoiceField)
        takes_over.choices = [
            (number, _("Đơn vị nhận thứ %(number)s") % {"number": number + 1}) for number in range(self.count)
        ]

    def _count(self, given: str) -> int:
        return min(max(int(given), FEWEST_PARTS), MOST_PARTS) if given.isdecimal() else FEWEST_PARTS

    @property
    def may_grow(self) -> bool:
        return self.count < MOST_PARTS

    def carry_out(self, at: datetime) -> Reorganisation:
        typed = self.cleaned_data
        parts = [(self.receiver(prefix), UnitSuccessor.Share.PART) for prefix in self.receivers]
        takes_over, on = typed["takes_over"], typed["on"]
        return split_unit(old=typed["old"], parts=parts, takes_over=takes_over, on=on, source=typed["source"], at=at)

    def _field_of(self, named: str) -> str | None:
        own = {"olds": "old", "parts": f"{self.receivers[-1]}-existing"}
        return own.get(named) or super()._field_of(named)


class ReparentForm(ReorganisationForm):
    title = gettext_lazy("Chuyển đơn vị trực thuộc")
    lead = gettext_lazy("Đơn vị cùng mọi đơn vị bên dưới chuyển sang trực thuộc đơn vị khác; hồ sơ ở nguyên chỗ cũ.")

    unit = _office(gettext_lazy("Đơn vị chuyển"), missing=gettext_lazy("Hãy chọn đơn vị chuyển."))
    parent = _office(gettext_lazy("Trực thuộc mới"), empty=gettext_lazy("Không trực thuộc đơn vị nào"))

    def __init__(self, data: QueryDict | None = None, **given: Any) -> None:
        super().__init__(data, **given)
        self._offer()

    def carry_out(self, at: datetime) -> Reorganisation:
        typed = self.cleaned_data
        return reparent(unit=typed["unit"], parent=typed["parent"], on=typed["on"], source=typed["source"], at=at)
