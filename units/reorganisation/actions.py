"""Offices that are merged, divided, or placed under another one, by a document, on a day.

An old unit's last day is the day before. Its row, its codes and its history stay; its official numbers become free for
others. What it still had in hand goes to the unit that the returned `Reorganisation` names: each room has its own verb
for that. The rules follow the reorganisations of 2020 and 2025, at which official numbers were given to other units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from units.clock.working_calendar import local
from units.database.change_time import set_change_time
from units.models import CodeTemplate, Unit, UnitIdentifier, UnitKind, UnitMove, UnitSuccessor
from units.rules import RuleBroken

FIRST_YEAR = 2000
YEARS_AHEAD = 3

Share = UnitSuccessor.Share


@dataclass(frozen=True, slots=True)
class NewDesk:
    """The desk of a unit to be made. `code_prefix` begins the codes it gives; none when it gives no codes yet."""

    name: str
    short_name: str
    slug: str
    code_prefix: str = ""
    address: str = ""
    telephone: str = ""
    hours_text: str = ""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be made on the day. `kind` is the code of a `UnitKind`; `identifiers` are scheme → value."""

    kind: str
    name: str
    short_name: str
    slug: str
    parent: Unit | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    telephone: str = ""
    hours_text: str = ""
    desk: NewDesk | None = None


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """What changed on the day `on`: the id of every unit and desk that ended → the id of its successor."""

    on: date
    moves: dict[int, int]


@transaction.atomic
def merge_units(*, olds: Iterable[Unit], new: Unit | NewUnit, on: date, source: str, at: datetime) -> Reorganisation:
    """End `olds` and let `new`, which may have to be made, continue the whole of each from the day `on`.

    Raises RuleBroken, with the field: nothing to merge, a unit that has ended, did not exist yet or still has units
    below it, a merger into itself or into what is below, no document, a date out of reach. What is wrong with a unit
    to be made has a field like `new.slug`, `new.code_prefix`, `new.desk`.
    """
    _check_ground(on, source, at)
    new, ending = _fresh(new), _locked(olds)
    for old in ending:
        _check_can_end(old, on, ending)
        _check_can_continue(old, new, on, "new")
    desks = _end(ending, on)
    target = _made(new, on, "new", order=min(old.order for old in ending))
    _hand_down_tenancy(ending, target)
    moves = _pass_on(ending, desks, target, "new", share=Share.WHOLE, on=on, source=source.strip())
    return Reorganisation(on, moves)


@transaction.atomic
def split_unit(
    *,
    old: Unit,
    parts: Sequence[tuple[Unit | NewUnit, str]],
    takes_over: int = 0,
    on: date,
    source: str,
    at: datetime,
) -> Reorganisation:
    """End `old` and divide it among `parts`, each with its share, which must be `part`, from the day `on`.

    What was still open goes to `parts[takes_over]`: somebody has to hold it. Raises RuleBroken like `merge_units`, and
    for fewer than two parts; what is wrong with one part has the field `parts-0`, `parts-1`, and so on.
    """
    _check_ground(on, source, at)
    _check_parts(parts, takes_over)
    ending, receiving = _locked([old]), {f"parts-{n}": _fresh(new) for n, (new, _share) in enumerate(parts)}
    _check_can_end(ending[0], on, ending)
    for place, new in receiving.items():
        _check_can_continue(ending[0], new, on, place)
    desks = _end(ending, on)
    targets = [_made(new, on, place, order=ending[0].order) for place, new in receiving.items()]
    _hand_down_tenancy(ending, targets[takes_over])
    main = targets[takes_over]
    moves = [
        _pass_on(
            ending, desks, target, place, share=Share.PART, on=on, source=source.strip(), takes_over=target is main
        )
        for place, target in zip(receiving, targets, strict=True)
    ]
    return Reorganisation(on, moves[takes_over])


@transaction.atomic
def reparent(*, unit: Unit, parent: Unit | None, on: date, source: str, at: datetime) -> Reorganisation:
    """Place a unit, with all below it, under another one; dossiers and desks stay where they are (`moves` is empty).

    The tree of an earlier day stays (`successors.parents`). Raises RuleBroken for a move in the future, before an
    earlier move, below itself, or to where it is.
    """
    _check_ground(on, source, at)
    (moved,) = _locked([unit])
    _check_in_force(moved, on, "unit")
    if on > local(at).date():
        raise RuleBroken(_("Chỉ chuyển được khi đã đến ngày chuyển."), field="on")
    if moved.moves.filter(on__gte=on).exists():
        raise RuleBroken(_("“%(unit)s” đã được chuyển vào ngày này hoặc sau đó.") % {"unit": moved}, field="on")
    _check_new_parent(moved, parent, on)
    UnitMove.objects.create(unit=moved, old_parent_id=moved.parent_id, new_parent=parent, on=on, source=source.strip())
    moved.parent = parent
    moved.save()
    return Reorganisation(on, {})


def _check_ground(on: date, source: str, at: datetime) -> None:
    last = local(at).year + YEARS_AHEAD
    if not FIRST_YEAR <= on.year <= last:
        years = {"first": FIRST_YEAR, "last": last}
        raise RuleBroken(_("Chỉ nhận ngày từ năm %(first)s đến năm %(last)s.") % years, field="on")
    if not source.strip():
        raise RuleBroken(_("Hãy nêu văn bản làm căn cứ."), field="source")
    set_change_time(at)


def _locked(units: Iterable[Unit]) -> list[Unit]:
    """Fresh rows, each once, in the order of the tree's ids, so that two reorganisations never wait for each other."""
    keys = {unit.pk for unit in units}
    rows = Unit.objects.filter(pk__in=keys).select_related("kind", "parent").order_by("pk")
    if not keys:
        raise RuleBroken(_("Hãy chọn ít nhất một đơn vị."), field="olds")
    return list(rows.select_for_update(of=("self",)))


def _fresh(new: Unit | NewUnit) -> Unit | NewUnit:
    return Unit.objects.select_related("kind", "parent").get(pk=new.pk) if isinstance(new, Unit) else new


def _check_can_end(old: Unit, on: date, ending: Sequence[Unit]) -> None:
    if old.valid_to is not None:
        ended = {"unit": old, "day": f"{old.valid_to:%d/%m/%Y}"}
        raise RuleBroken(_("“%(unit)s” đã kết thúc hoạt động ngày %(day)s.") % ended, field="olds")
    if on <= old.valid_from:
        started = {"unit": old, "day": f"{old.valid_from:%d/%m/%Y}"}
        raise RuleBroken(_("Ngày sắp xếp phải sau ngày “%(unit)s” bắt đầu hoạt động (%(day)s).") % started, field="on")
    below = Unit.objects.in_force(on).filter(parent=old).exclude(kind__code=UnitKind.DESK)
    if left := below.exclude(pk__in=[unit.pk for unit in ending]).first():
        held = {"unit": old, "below": left}
        raise RuleBroken(_("“%(unit)s” còn đơn vị trực thuộc: hãy chuyển “%(below)s” trước.") % held, field="olds")


def _check_can_continue(old: Unit, new: Unit | NewUnit, on: date, field: str) -> None:
    place, where = (new, field) if isinstance(new, Unit) else (new.parent, f"{field}.parent")
    if place and place.pk == old.pk and place is new:
        raise RuleBroken(_("“%(unit)s” không thể nhập vào chính nó.") % {"unit": old}, field=field)
    if place and place.path.startswith(old.path):
        raise RuleBroken(_below_itself(old), field=where)
    if _is_desk(new) != old.is_desk:
        raise RuleBroken(_("“%(old)s” và “%(new)s” không cùng loại.") % {"old": old, "new": new.name}, field=field)
    if place:
        _check_in_force(place, on, where)


def _is_desk(new: Unit | NewUnit) -> bool:
    return new.is_desk if isinstance(new, Unit) else new.kind == UnitKind.DESK


def _below_itself(unit: Unit) -> str:
    return _("“%(unit)s” không thể chuyển vào đơn vị bên dưới nó.") % {"unit": unit}


def _check_in_force(unit: Unit, on: date, field: str) -> None:
    if not unit.is_in_force(on):
        day = {"unit": unit, "day": f"{on:%d/%m/%Y}"}
        raise RuleBroken(_("“%(unit)s” không hoạt động vào ngày %(day)s.") % day, field=field)


def _check_parts(parts: Sequence[tuple[Unit | NewUnit, str]], takes_over: int) -> None:
    if len(parts) < 2:
        raise RuleBroken(_("Chia tách cần ít nhất hai đơn vị nhận."), field="parts")
    if len({new.slug for new, _share in parts}) < len(parts):
        raise RuleBroken(_("Một đơn vị được nêu hai lần."), field="parts")
    if any(share != Share.PART for _new, share in parts):
        raise RuleBroken(_("Khi chia tách, mỗi đơn vị chỉ nhận một phần."), field="parts")
    if not 0 <= takes_over < len(parts):
        raise RuleBroken(_("Hãy chọn đơn vị nhận hồ sơ đang giải quyết."), field="takes_over")


def _check_new_parent(unit: Unit, parent: Unit | None, on: date) -> None:
    if (parent.pk if parent else None) == unit.parent_id:
        raise RuleBroken(_("“%(unit)s” đã trực thuộc đơn vị này.") % {"unit": unit}, field="parent")
    if parent is None:
        return
    if parent.path.startswith(unit.path):
        raise RuleBroken(_below_itself(unit), field="parent")
    _check_in_force(parent, on, "parent")


def _end(units: Sequence[Unit], on: date) -> list[Unit]:
    """Stop the units and their desks on the day before, with their numbers and code templates; returns the desks."""
    desks = list(Unit.objects.desks().in_force(on).filter(parent__in=units).order_by("pk"))
    keys = [unit.pk for unit in (*units, *desks)]
    last = on - timedelta(days=1)
    Unit.objects.filter(pk__in=keys).update(valid_to=last, is_tenant=False)
    for rows in (UnitIdentifier.objects.filter(unit__in=keys), CodeTemplate.objects.filter(unit__in=keys)):
        rows.filter(valid_from__gte=on).delete()  # they would begin after the unit's last day
        rows.filter(Q(valid_to=None) | Q(valid_to__gt=last)).update(valid_to=last)
    return desks


def _made(new: Unit | NewUnit, on: date, field: str, order: int) -> Unit:
    if isinstance(new, Unit):
        return new
    unit = _new_row(new.kind, new, field, parent=new.parent, on=on, order=order)
    for scheme, value in new.identifiers.items():
        _save(UnitIdentifier(unit=unit, scheme=scheme, value=value, valid_from=on), f"{field}.identifiers")
    if new.desk:
        desk = _new_row(UnitKind.DESK, new.desk, f"{field}.desk", parent=unit, on=on, order=order)
        if new.desk.code_prefix:
            _save(CodeTemplate(unit=desk, prefix=new.desk.code_prefix, valid_from=on), f"{field}.code_prefix")
    return unit


def _new_row(kind: str, given: NewUnit | NewDesk, field: str, *, parent: Unit | None, on: date, order: int) -> Unit:
    known = UnitKind.objects.filter(code=kind).first()
    if known is None:
        raise RuleBroken(_("Không có loại đơn vị “%(kind)s”.") % {"kind": kind}, field=f"{field}.kind")
    row = Unit(
        kind=known,
        parent=parent,
        name=given.name,
        short_name=given.short_name,
        slug=given.slug,
        address=given.address,
        telephone=given.telephone,
        hours_text=given.hours_text,
        order=order,
        valid_from=on,
    )
    _save(row, field)
    return row


def _save(row: Unit | UnitIdentifier | CodeTemplate, field: str) -> None:
    """Say in words what the database would refuse: a number or a prefix that is taken, a slug that is."""
    try:
        row.full_clean()
    except ValidationError as error:
        first = next(iter(error.message_dict))
        named = field if first == NON_FIELD_ERRORS else f"{field}.{first}"
        raise RuleBroken(" ".join(error.messages), field=named) from error
    row.save()


def _pass_on(
    ending: Sequence[Unit],
    desks: Sequence[Unit],
    target: Unit,
    field: str,
    *,
    share: Share,
    on: date,
    source: str,
    takes_over: bool = True,
) -> dict[int, int]:
    """Write who continues whom, and return it; desks are continued by the desk of the target."""
    moves = dict.fromkeys((old.pk for old in ending), target.pk)
    if desks:
        desk = Unit.objects.desks().in_force(on).filter(parent=target).first()
        if desk is None:
            raise RuleBroken(_("“%(unit)s” chưa có nơi tiếp nhận hồ sơ.") % {"unit": target}, field=f"{field}.desk")
        moves |= dict.fromkeys((old.pk for old in desks), desk.pk)
    UnitSuccessor.objects.bulk_create(
        UnitSuccessor(old_id=old, new_id=new, share=share, takes_over=takes_over, on=on, source=source)
        for old, new in moves.items()
    )
    return moves


def _hand_down_tenancy(ending: Sequence[Unit], target: Unit) -> None:
    if any(old.is_tenant for old in ending):
        Unit.objects.filter(pk=target.pk).update(is_tenant=True)
