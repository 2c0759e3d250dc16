"""The form of a draft. The rules of its content are in `procedures.versions.checking`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.staff.fields import DayField, choice, given_reason, line, paragraph
from files.kinds import FORMS, MIME
from procedures import codes
from procedures.models import Channel, Field, FormFile, ProcedureVersion, ProcessStep
from procedures.terms import AUDIENCES, TERM_UNITS
from procedures.versions.checking import Fault
from procedures.versions.content import (
    ALL,
    KEEP,
    LISTS,
    MARKS,
    NONE,
    NUMBERS,
    TEXTS,
    Content,
    plain_lines,
)
from units.clock.due_dates import TermUnit
from units.models import Unit, UnitKind

A_LINE_EACH = gettext_lazy("Mỗi dòng một mục.")
BLANK_ROWS: Final = 2
MOST_ROWS: Final = 60
FIRST_DAY: Final = date(2000, 1, 1)
YEARS_AHEAD: Final = 10
UNITS = [("", gettext_lazy("theo từng trường hợp")), *TERM_UNITS.items()]
PROMISED = [("", gettext_lazy("theo quy định")), *TERM_UNITS.items()]
PLAIN: Final = ("name", "name_en", "term_note", "online_reason", "result", "conditions", "competent", "handling")
APPROVAL: Final = ("number", "decision", "approver")
SECTIONS: Final = ("papers", "ways", "process")


def _lines(label: Any, *, rows: int = 4) -> forms.CharField:
    return paragraph(label, most=20_000, hint=A_LINE_EACH, rows=rows)


def number_field(label: Any, most: int = 100_000_000) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        error_messages={"invalid": gettext_lazy("Ghi bằng số, không có dấu chấm.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class DecisionDayField(DayField):
    """The day of a decision or of its coming into force; refuses days so far away that they are typing errors."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        last = _years_ahead(timezone.localdate())
        if value and not FIRST_DAY <= value <= last:
            bounds = {"first": f"{FIRST_DAY:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
            raise forms.ValidationError(_("Ngày phải từ %(first)s đến %(last)s."), params=bounds)


def _years_ahead(day: date) -> date:
    return day.replace(year=day.year + YEARS_AHEAD, day=min(day.day, 28))


class DecisionForm(forms.Form):
    """The decision, and the day from which it applies."""

    decision = line(gettext_lazy("Quyết định công bố"), 200, hint=gettext_lazy("Số, ngày và nơi ban hành."))
    decided_on = DecisionDayField(
        label=gettext_lazy("Ngày ký quyết định"),
        required=False,
        help_text=gettext_lazy("Phải công khai trong 5 ngày làm việc từ ngày này."),
    )
    valid_from = DecisionDayField(
        label=gettext_lazy("Áp dụng từ ngày"),
        required=False,
        help_text=gettext_lazy("Hồ sơ nhận trước ngày này ở lại bản cũ."),
    )


class DraftForm(DecisionForm):
    """The content of a version without its rows of papers, ways to file and internal steps."""

    name = line(gettext_lazy("Tên thủ tục"), 400)
    name_en = line(
        gettext_lazy("Tên tiếng Anh"), 400, hint=gettext_lazy("Hiện ở trang tiếng Anh, tên chính thức trong ngoặc.")
    )
    name_verified = forms.BooleanField(label=gettext_lazy("Tên đã đối chiếu với quyết định"), required=False)
    audience = forms.MultipleChoiceField(
        label=gettext_lazy("Đối tượng"),
        choices=list(AUDIENCES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    result = line(gettext_lazy("Kết quả"), 400)
    competent = line(gettext_lazy("Cơ quan có thẩm quyền"), 200)
    handling = line(gettext_lazy("Đơn vị giải quyết"), 200)
    coordinating = _lines(gettext_lazy("Cơ quan phối hợp"), rows=2)
    conditions = paragraph(gettext_lazy("Yêu cầu, điều kiện"), most=20_000)
    legal_basis = _lines(gettext_lazy("Căn cứ pháp lý"))
    steps = _lines(gettext_lazy("Trình tự thực hiện"), rows=6)
    term_amount = number_field(gettext_lazy("Thời hạn theo quy định"), 3_000)
    term_unit = forms.ChoiceField(label=gettext_lazy("Đơn vị thời hạn"), choices=UNITS, required=False)
    term_note = line(gettext_lazy("Ghi chú thời hạn"), 400)
    term_verified = forms.BooleanField(label=gettext_lazy("Thời hạn đã đối chiếu với quyết định"), required=False)
    cut_off = forms.TimeField(
        label=gettext_lazy("Giờ chốt trong ngày"),
        required=False,
        help_text=gettext_lazy("Chỉ với thủ tục trả kết quả trong ngày, như 15:00."),
        error_messages={"invalid": gettext_lazy("Ghi giờ theo mẫu 11:30.")},
        widget=forms.TimeInput(attrs={"autocomplete": "off", "inputmode": "numeric"}, format="%H:%M"),
    )
    committed = forms.ChoiceField(
        label=gettext_lazy("Thời hạn cam kết của các nơi nhận"),
        choices=[
            (KEEP, gettext_lazy("Giữ như đang có")),
            (NONE, gettext_lazy("Bỏ cam kết, theo quy định")),
            (ALL, gettext_lazy("Mọi nơi cùng cam kết:")),
        ],
        required=False,
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    committed_amount = number_field(gettext_lazy("Thời hạn cam kết"), 3_000)
    committed_unit = forms.ChoiceField(label=gettext_lazy("Đơn vị cam kết"), choices=PROMISED, required=False)
    online_level = choice(gettext_lazy("Mức trực tuyến"), ProcedureVersion.OnlineLevel.choices)
    online_reason = line(gettext_lazy("Lý do chỉ một phần"), 400)
    interlinked = forms.BooleanField(label=gettext_lazy("Thủ tục liên thông"), required=False)
    fee_vnd = number_field(gettext_lazy("Phí, lệ phí (đồng)"))
    fee_note = line(gettext_lazy("Ghi chú phí, lệ phí"), 400)
    process_number = line(gettext_lazy("Mã quy trình"), 60)
    process_decision = line(gettext_lazy("Quyết định phê duyệt quy trình"), 200)
    process_approver = line(gettext_lazy("Người phê duyệt quy trình"), 200)

    def clean_coordinating(self) -> str:
        return _short_lines(self.cleaned_data["coordinating"], 200)

    def clean_legal_basis(self) -> str:
        return _short_lines(self.cleaned_data["legal_basis"], 400)


class PaperForm(forms.Form):
    case = line(gettext_lazy("Trường hợp"), 300)
    name = line(gettext_lazy("Tên giấy tờ"), 500)
    originals = number_field(gettext_lazy("Bản chính"), 100)
    copies = number_field(gettext_lazy("Bản sao"), 100)
    form_code = line(gettext_lazy("Mẫu"), 60)
    upload = forms.FileField(
        label=gettext_lazy("Tệp mẫu để tải"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Word (.docx) hoặc PDF, tệp mới thay tệp cũ."),
        widget=forms.FileInput(attrs={"accept": ",".join(MIME[kind] for kind in FORMS)}),
    )
    no_form = forms.BooleanField(label=gettext_lazy("Bỏ tệp mẫu đang có"), required=False)
    form = forms.ModelChoiceField(
        queryset=FormFile.objects.select_related("file"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if _lacks_name(self, cleaned, "case", "originals", "copies", "form_code", "form"):
            self.add_error("name", _("Hãy ghi tên giấy tờ, hoặc đánh dấu xóa dòng này."))
        return cleaned


class WayForm(forms.Form):
    way = forms.CharField(widget=forms.HiddenInput)
    used = forms.BooleanField(label=gettext_lazy("Nhận qua cách này"), required=False)
    term_text = line(gettext_lazy("Thời hạn"), 400)
    fee_vnd = number_field(gettext_lazy("Phí, lệ phí (đồng)"))
    fee_note = line(gettext_lazy("Ghi chú phí, lệ phí"), 400)

    def clean_way(self) -> str:
        way: str = self.cleaned_data["way"]
        if way not in Channel.Way.values:
            raise forms.ValidationError(_("Không có cách nộp này."))
        return way

    def clean(self) -> dict[str, Any]:
        """A way that is no longer ticked is taken away on purpose; one that never was, forgotten to be ticked."""
        cleaned = super().clean() or {}
        typed = cleaned.get("term_text") or cleaned.get("fee_note") or cleaned.get("fee_vnd") is not None
        if typed and not cleaned.get("used") and not self.initial.get("used"):
            self.add_error("used", _("Hãy đánh dấu cách này, hoặc xóa thời hạn và phí đã ghi ở đây."))
        return cleaned

    @property
    def title(self) -> str:
        way = self["way"].value()
        return str(dict(Channel.Way.choices).get(way, way))


class ProcessStepForm(forms.Form):
    name = line(gettext_lazy("Việc"), 200)
    place = forms.ChoiceField(label=gettext_lazy("Nơi làm"), choices=ProcessStep.Place.choices, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị khác"), required=False)
    hours = number_field(gettext_lazy("Giờ làm việc"), 24_000)
    group = number_field(gettext_lazy("Đợt song song"), 100)
    owner = line(gettext_lazy("Người thực hiện"), 200)
    record = line(gettext_lazy("Hồ sơ lưu"), 200)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("không")), *units]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if _lacks_name(self, cleaned, "unit", "hours", "group", "owner", "record"):
            self.add_error("name", _("Hãy ghi việc của bước này, hoặc đánh dấu xóa dòng này."))
        if cleaned.get("name") and not cleaned.get("hours"):
            self.add_error("hours", _("Hãy ghi số giờ làm việc."))
        if cleaned.get("name") and (cleaned.get("place") == ProcessStep.Place.PARTNER) != bool(cleaned.get("unit")):
            self.add_error("unit", _("Bước ở cơ quan khác cần ghi đơn vị; bước khác thì không."))
        return cleaned


def _lacks_name(form: forms.Form, cleaned: Mapping[str, Any], *others: str) -> bool:
    """Whether the row has values but no name."""
    is_named = cleaned.get("name") or "name" in form.errors
    return not is_named and not cleaned.get("DELETE") and any(cleaned.get(name) for name in others)


Rows = forms.BaseFormSet[Any]


class ContentSheet:
    """A whole draft on one page: the form and its three lists. `errors_of` has the errors of a list."""

    def __init__(self, content: Content, decision: Mapping[str, Any], data: QueryDict | None = None) -> None:
        units = other_units()
        self.form = DraftForm(data, initial=_initial(content) | dict(decision))
        papers = {"case": "", "name": "", "originals": 0, "copies": 0, "form_code": "", "form": None}
        self.papers = _rows(PaperForm, "giay", data, content["papers"], dict(papers))
        _show_forms(self.papers)
        self.ways = _rows(WayForm, "cach", data, list(_all_ways(content)), None)
        steps = [row | {"unit": str(row["unit"] or "")} for row in content["process"]["steps"]]
        self.steps = _rows(ProcessStepForm, "buoc", data, steps, {"group": 0}, units=units)
        self.errors_of: dict[str, list[str]] = {name: [] for name in SECTIONS}

    def add_wrong_uploads(self, wrong: Mapping[int, str], too_large: Iterable[str]) -> None:
        """Adds the errors of uploaded files, by number of their row, and of those refused for their size."""
        for number, message in wrong.items():
            if number < len(self.papers.forms):
                self.papers.forms[number].add_error("upload", message)
            self.form.add_error(None, message)
        for message in too_large:
            self.form.add_error(None, message)

    def is_valid(self) -> bool:
        judged = [part.is_valid() for part in (self.form, self.papers, self.ways, self.steps)]  # validates every part
        for title, rows in ((_("Giấy tờ"), self.papers), (_("Cách nộp"), self.ways), (_("Bước"), self.steps)):
            add_form_error(self.form, title, rows)
        return all(judged)

    def add_faults(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if fault.field in SECTIONS:
                self.errors_of[fault.field].append(fault.message)
            self.form.add_error(fault.field if fault.field in self.form.fields else None, fault.message)

    @property
    def content(self) -> Content:
        """What was typed, in the shape of `procedures.versions.content`; only after `is_valid`."""
        typed = self.form.cleaned_data
        content: Content = {name: plain_lines(typed[name]) for name in TEXTS}
        content |= {name: typed[name] for name in (*NUMBERS, *MARKS)}
        content |= {name: _split(typed[name]) for name in LISTS if name != "audience"}
        content["term_unit"] = typed["term_unit"] if typed["term_amount"] is not None or typed["term_unit"] else ""
        if content["term_unit"] == TermUnit.SAME_DAY:
            content["term_amount"] = 0
        return content | {
            "audience": typed["audience"],
            "steps": _split(typed["steps"]),
            "cut_off": f"{typed['cut_off']:%H:%M}" if typed["cut_off"] else None,
            "papers": [_paper(row) for row in _used(self.papers)],
            "ways": [_way(row.cleaned_data) for row in self.ways.forms if row.cleaned_data.get("used")],
            "process": {name: typed[f"process_{name}"] for name in APPROVAL}
            | {"steps": [_step(row) for row in _used(self.steps)]},
            "committed": _committed(typed),
        }

    @property
    def decision(self) -> dict[str, Any]:
        return {name: self.form.cleaned_data[name] for name in ("decision", "decided_on", "valid_from")}


def add_form_error(form: forms.Form, title: str, rows: Rows) -> None:
    """Repeats the errors of a list's rows among the errors of the page, each with its row number."""
    for number, row in enumerate(rows.forms, 1):
        where = getattr(row, "title", "") or f"{title} {number}"
        for name, messages in row.errors.items() if not row.cleaned_data.get("DELETE") else ():
            label = f", {row.fields[name].label}" if name in row.fields and row.fields[name].label else ""
            form.add_error(None, f"{where}{label}: {' '.join(messages)}")


class NewProcedureForm(forms.Form):
    name = line(gettext_lazy("Tên thủ tục"), 400, missing=gettext_lazy("Hãy ghi tên thủ tục."))
    ref = forms.CharField(
        label=gettext_lazy("Mã dùng trên cổng"),
        max_length=codes.MOST,
        validators=[codes.check_code],
        help_text=gettext_lazy("Địa chỉ công khai, không đổi về sau: mã quốc gia, hoặc mã riêng của nơi này."),
        error_messages={"required": gettext_lazy("Hãy ghi mã.")},
    )
    national_code = line(gettext_lazy("Mã quốc gia"), 40)
    level = forms.ModelChoiceField(
        label=gettext_lazy("Cấp"),
        queryset=UnitKind.objects.filter(code__in=[UnitKind.DISTRICT, UnitKind.WARD]),
        to_field_name="code",
        error_messages={"required": gettext_lazy("Hãy chọn cấp.")},
    )
    field = forms.ModelChoiceField(
        label=gettext_lazy("Lĩnh vực"),
        queryset=Field.objects.all(),
        to_field_name="slug",
        error_messages={"required": gettext_lazy("Hãy chọn lĩnh vực.")},
    )


class PublishForm(forms.Form):
    valid_from = DecisionDayField(label=gettext_lazy("Áp dụng từ ngày"))


class SendBackForm(forms.Form):
    reason = paragraph(
        gettext_lazy("Chỗ cần sửa"), missing=gettext_lazy("Hãy nêu rõ chỗ cần sửa, ít nhất 10 chữ cái.")
    )


class CallOffForm(forms.Form):
    reason = given_reason(gettext_lazy("Lý do thu hồi"))


def other_units() -> list[tuple[str, str]]:
    """Offices that may have a step besides desk, handler and leader. One query."""
    kinds = (UnitKind.AGENCY, UnitKind.DEPARTMENT)
    rows = Unit.objects.filter(kind__code__in=kinds, valid_to=None).order_by("order", "name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def with_more_rows(data: QueryDict, prefix: str) -> QueryDict:
    """The same data with empty rows added to one list."""
    grown, key = data.copy(), f"{prefix}-TOTAL_FORMS"
    there = str(grown.get(key, ""))
    if there.isdecimal():
        grown[key] = str(min(int(there) + 3, MOST_ROWS))
    return grown


def _rows(
    form: type[forms.Form],
    prefix: str,
    data: QueryDict | None,
    given: list[dict[str, Any]],
    blank: dict[str, Any] | None,
    **more: Any,
) -> Rows:
    """The rows of a list; without `blank`, exactly those `given`."""
    is_fixed = blank is None
    factory = forms.formset_factory(
        form,
        extra=0 if is_fixed else BLANK_ROWS,
        can_delete=not is_fixed,
        can_order=not is_fixed,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
    )
    rows: Rows = factory(data, prefix=prefix, initial=given, form_kwargs=more)
    return rows


def _show_forms(papers: Rows) -> None:
    """Gives every row its blank form, also when another value of the row is wrong. One query."""
    keys = {row: str(row["form"].value() or "") for row in papers.forms}
    found = FormFile.objects.select_related("file").in_bulk([int(key) for key in keys.values() if key.isdecimal()])
    for row, key in keys.items():
        row.kept_form = found.get(int(key)) if key.isdecimal() else None


def _used(rows: Rows) -> Iterator[dict[str, Any]]:
    for form in rows.ordered_forms:
        if form.cleaned_data.get("name"):
            yield form.cleaned_data


def _all_ways(content: Content) -> Iterator[dict[str, Any]]:
    given = {row["way"]: row for row in content["ways"]}
    for way in Channel.Way.values:
        yield {"way": way, "used": way in given} | given.get(way, {})


def _initial(content: Content) -> dict[str, Any]:
    process, committed = content["process"], content["committed"]
    return {
        **{name: content[name] for name in (*TEXTS, *NUMBERS, *MARKS, "audience", "cut_off")},
        **{name: "\n".join(content[name]) for name in ("coordinating", "legal_basis", "steps")},
        **{f"process_{name}": process[name] for name in APPROVAL},
        "committed": committed["change"],
        "committed_amount": committed["amount"],
        "committed_unit": committed["unit"],
    }


def _short_lines(text: str, most: int) -> str:
    if any(len(one) > most for one in _split(text)):
        raise forms.ValidationError(_("Mỗi dòng nhiều nhất %(n)s ký tự."), params={"n": most})
    return text


def _split(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := one.strip())]


def _paper(row: dict[str, Any]) -> dict[str, Any]:
    counts = {name: row[name] or 0 for name in ("originals", "copies")}
    form = None if row["no_form"] or row["form"] is None else row["form"].pk
    return {name: row[name] for name in ("case", "name", "form_code")} | counts | {"form": form}


def _way(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("way", "term_text", "fee_vnd", "fee_note")}


def _step(row: dict[str, Any]) -> dict[str, Any]:
    texts = {name: row[name] for name in ("name", "place", "owner", "record")}
    return texts | {
        "unit": int(row["unit"]) if row["unit"] else None,
        "hours": row["hours"],
        "group": row["group"] or 0,
    }


def _committed(typed: dict[str, Any]) -> dict[str, Any]:
    change = typed["committed"] or KEEP
    if change != ALL:
        return {"change": change, "amount": None, "unit": ""}
    amount = 0 if typed["committed_unit"] == TermUnit.SAME_DAY else typed["committed_amount"]
    return {"change": ALL, "amount": amount, "unit": typed["committed_unit"]}
