"""The secrecy crawl: nobody but its named handlers finds out, anywhere in the portal, that a denunciation exists.

Everything that can be asked is asked twice: before one is planted, with a code that nobody has, and after, with its
real one. The two answers must be the same to the letter, so that not even a count tells of it.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import zip_longest
from uuid import UUID, uuid4

import pytest
from django.contrib import admin
from django.core import mail
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from accounts.models import Membership, User
from complaints.clock.states import Kind
from complaints.intake.hotline.actions import CallBackTerm, IncomingCall, promise_call_back, register_call
from complaints.intake.mailbox.take_in import process_mail
from complaints.intake.open311.forms import ReportForm
from complaints.intake.paper.actions import open_box
from complaints.intake.partners.actions import PartnerReport, receive_from_partner
from complaints.intake.reception.actions import NewEntry, book_reception, enter_reception, plan_reception
from complaints.models import (
    AnswerTemplate,
    Booking,
    Call,
    Case,
    Category,
    EntryKind,
    Ground,
    Mail,
    Partner,
    ReceptionDay,
    ReceptionEntry,
    RuleSet,
    SealedBox,
    SuggestionBox,
)
from complaints.models.people import Person
from complaints.operations.registry import OPERATIONS
from complaints.registration.actions import receive_case
from complaints.registration.choices import offices, reception
from complaints.sealed.encryption import encrypt_bytes
from complaints.sealed.opening import open_boxes
from complaints.texts.actions import add_note
from dossiers.models import Dossier
from notices.models import Notice
from portal import urls as portal_urls
from portal.logs import logging_config
from tests.complaints.cases import make_inspector, new_case, received
from tests.complaints.intake.mailbox.post_office import letter
from tests.complaints.sealed.crawling import Route, ask, routes
from tests.factories import SINCE, City, make_offering, make_procedure, make_user, register

GHOST = "PA.H99-261126-000007"
GHOST_MAIL = "7700077"
"""The key that the planted message will have, and nothing has before."""

TOKEN = "5d1f0a52-7e3c-4a57-9a4e-0c9d4d3b6a11"
PERSON = Person(
    name="Đỗ Quỳnh Thục Oanh", phone="0977331188", address="Số 31 ngách Giếng Mứt", email="thucoanh@example.test"
)
WORDS = "Ông phó chủ tịch nhận phong bì mười bảy triệu của chủ quán phở."
PLACE, NOTE = "bãi xe Mơ Táo", "Hẹn người viết đơn thứ Sáu tại quán chè."
SEALED_CALL = UUID("5f0e7d3c-0a3b-4a86-9a4e-2f6f3a0c1d55")
SCAN = b"chu viet tay cua nguoi viet don"
NEEDLES = (
    *(PERSON.name, PERSON.phone, PERSON.address, "mười bảy triệu", "quán chè"),
    *(PERSON.email, "Mơ Táo", "chu viet tay"),
)
ROLES = ("clerk", "specialist", "official", "editor", "administrator", "inspection_head")
SEARCHED = ("can-bo/phan-anh/", "can-bo/hang-doi/", "thu-tuc/", "quan-tri/notices/notice/")
AT_LEAST = {"routes": 250, "people": 12, "asked": 500, "addresses": 190, "opened": 110, "files": 2}
OPEN311 = ("discovery_of_server", "discovery", "services", "service", "requests", "request", "token")
EVERYWHERE = {"visitor", "everything at once"}


def fail_in_the_middle(request: HttpRequest) -> HttpResponse:
    """A page that breaks with the secrets in its hands and in the error's words."""
    case = Case.objects.filter(is_sealed=True).earliest("pk")
    secrets = open_boxes(case=case, reader=User.objects.get(pk=request.user.pk), page="case", at=timezone.now())
    raise ValueError(f"{secrets.person.name} {secrets.words[0].text} {case.code}")


urlpatterns = [*portal_urls.urlpatterns, path("vo/", fail_in_the_middle)]
handler500 = portal_urls.handler500


@dataclass(slots=True)
class World:
    """`people` by role, None for a visitor; `handler` is the inspector who will be named."""

    city: City
    people: dict[str, User | None]
    handler: User
    dossier: Dossier
    plain: Case
    mail: Mail
    call: Call


@pytest.fixture
def world(city: City) -> World:
    handler = make_inspector(city.district)
    people: dict[str, User | None] = {role: make_user(role, city.district) for role in ROLES}
    people |= {
        "visitor": None,
        "leader of the unit": make_user("leader", city.ward),
        "leader": make_user("leader", city.district),
        "inspector not named": make_inspector(city.other_ward),
        "everything at once": _everything_at_once(city),
        "superuser": User.objects.create_superuser("goc", password="mot-cua-thu-nghiem"),
    }
    at = timezone.now()
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=at)
    mail = process_mail(raw=bytes(letter("Alo")), arrived_at=at, at=at)
    call = _furnish(city, people, at)
    return World(city, people, handler, dossier, received(city.ward, at=at), mail, call)


def _furnish(city: City, people: dict[str, User | None], at: datetime) -> Call:
    """What lies around a counter: a box that was opened, a line of the register, a booking, a call to be returned."""
    clerk, other = people["clerk"], people["specialist"]
    assert clerk is not None
    assert other is not None
    box = SuggestionBox.objects.create(unit=city.district, place="Cổng trụ sở")
    open_box(box=box, opened_on=timezone.localdate(at), letters=2, second_opener=other, actor=clerk, at=at)
    line = NewEntry(name="Lê Thị Hai", content="Hỏi về giấy tờ đất của gia đình.", kind=EntryKind.PETITION)
    enter_reception(
        request_key=uuid4(), unit=city.district, entry=line, makes_case=False, phone="", actor=clerk, at=at
    )
    on = timezone.localdate(at) + timedelta(days=3)
    day = plan_reception(
        unit=city.district, host="Chủ tịch", on=on, starts=time(8), ends=time(9), place="Phòng 1", minutes=30, at=at
    )
    book_reception(
        request_key=uuid4(), day=day, slot=day.slots[0], name="Lê Thị Hai", phone="0912345678", about="", at=at
    )
    incoming = IncomingCall(uuid4(), city.district, at, CallBackTerm.TWO_HOURS)
    return promise_call_back(incoming=incoming, name="Lê Thị Hai", phone="0912345678", actor=clerk, at=at)


def _everything_at_once(city: City) -> User:
    """A superuser who holds every role, that of an inspector elsewhere: whoever sees most without being named."""
    user = make_inspector(city.other_ward)
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    roles = (*ROLES, Membership.Role.LEADER)
    Membership.objects.bulk_create(
        Membership(user=user, unit=city.district, role=role, valid_from=SINCE) for role in roles
    )
    return User.objects.get(pk=user.pk)


def plant(world: World) -> Case:
    """A denunciation at the ward, with everything that could betray it; others by e-mail, by a report from the street
    and by a partner, and a message that nobody could read; and one by telephone, taken down by the very clerk who then
    looks for it, with a call back promised."""
    at = timezone.now()
    case = received(
        world.city.ward, Kind.DENUNCIATION, at=at, channel="counter", content=WORDS, place=PLACE, person=PERSON
    )
    add_note(case=case, text=NOTE, actor=world.handler, at=at)
    SealedBox.objects.create(case=case, what="scan", box=encrypt_bytes(SCAN), at=at, author=world.handler)
    _plant_by_other_ways(at)
    clerk = world.people["clerk"]
    assert clerk is not None
    registration = new_case(world.city.district, Kind.DENUNCIATION, channel="hotline", content=WORDS, person=PERSON)
    incoming = IncomingCall(SEALED_CALL, world.city.district, at, CallBackTerm.TWO_HOURS)
    register_call(incoming=incoming, new=registration, actor=clerk, at=at, to=world.city.ward)
    return case


def _plant_by_other_ways(at: datetime) -> None:
    words = f"Tôi tố cáo: {WORDS}"
    writer = f"{PERSON.name} <{PERSON.email}>"
    assert process_mail(raw=bytes(letter(words, sender=writer)), arrived_at=at, at=at).fate == Mail.Fate.CASE
    unread = bytes(letter(words, sender=writer)).replace(b'charset="utf-8"', b'charset="x-tcvn3"')
    stored = process_mail(raw=unread, arrived_at=at, at=at)
    assert (stored.fate, stored.is_secret) == (Mail.Fate.ASIDE, True)
    Mail.objects.filter(pk=stored.pk).update(id=int(GHOST_MAIL))
    report = PartnerReport("1022-7", Category.objects.get(code="den-duong"), words, person=PERSON, place=PLACE)
    owner = Partner.objects.create(code="1022", name="Tổng đài 1022", channel="hotline")
    assert receive_from_partner(partner=owner, report=report, at=at)[0].is_sealed
    sent = ReportForm({"lat": "21.0", "long": "105.8", "description": words, "address_string": PLACE})
    assert sent.is_valid()
    new = sent.new_case(report.category, owner, reception(offices(timezone.localdate())), at)
    case = receive_case(new=replace(new, request_key=UUID(TOKEN)), actor=None, at=at)
    assert case.is_sealed


def everything(world: World, code: str) -> list[Ask]:
    """Every address, `code` standing for the case that is looked for, and every search for what it says."""
    values = {
        "code": [code, world.dossier.code],
        "complaints:case:code": [code, world.plain.code],
        "complaints:tracking:code": [code, world.plain.code],
        "complaints:operation:code": [code],
        "complaints:operation:slug": sorted(OPERATIONS)[:4],
        "complaints:case_paper:kind": ["phieu-chuyen", "tra-loi"],
        "complaints:reception_book:slug": [world.city.district.slug],
        "complaints:follow_reception:pk": [str(ReceptionEntry.objects.earliest("pk").pk)],
        "complaints:book:pk": [str(ReceptionDay.objects.earliest("pk").pk)],
        "complaints:booking:code": [Booking.objects.earliest("pk").code],
        "complaints:call:key": [str(world.call.request_key), str(SEALED_CALL)],
        "dossiers:operation:code": [code],
        "dossiers:operation:slug": ["xin-loi"],
        "year": [str(timezone.localdate().year)],
        "slug": [world.city.ward.slug],
        "desk": [world.city.ward_desk.slug],
        "ref": [world.dossier.version.procedure.ref],
        "kind": ["ii-06a"],
        "ending": ["pdf", "xlsx"],
        "object_id": [str(Notice.objects.earliest("pk").pk)],
        "app_label": ["complaints"],
        "key": [GHOST_MAIL, str(world.mail.pk)],
        "reference": ["1022-7"],
        "token": ["00000000-0000-0000-0000-000000000000"],
        "open311:service:code": ["den-duong"],
        **{f"open311:{one}:ending": ["json", "xml"] for one in OPEN311},
    }
    read = [Ask(address) for one in routes() if _is_asked(one) for address in one.paths(values)]
    searched = [Ask(f"/{route}?q={words}") for route in SEARCHED for words in (PERSON.name, code)]
    shown = [
        Ask(f"/can-bo/phan-anh/{world.plain.code}/viec/lien-ket/", (("other", code), ("sort", "duplicate"))),
        Ask("/can-bo/phan-anh/giao/", (("ma", code), ("nguoi", str(world.handler.pk)))),
        Ask(f"/tiep-cong-dan/hen/{code}/", (("ma-tra-cuu", "XXXXXX"),)),
    ]
    return read + searched + shown + searches(code)


def _is_asked(route: Route) -> bool:
    """Of the administration, lists, and the rows of the rooms that could name a case: one page of each kind."""
    inner = route.route.removeprefix("quan-tri/")
    return (
        not route.route.startswith("quan-tri/") or not route.names or inner.startswith(("complaints", "notices", "r/"))
    )


def searches(code: str) -> list[Ask]:
    return [
        *(Ask("/can-bo/tra-cuu/", (("q", words),)) for words in (PERSON.name, PERSON.phone, code)),
        Ask("/can-bo/quet/", (("code", code),)),
        Ask("/can-bo/tra-ket-qua/", (("code", code),)),
        Ask(f"/phan-anh/{code}/", (("ma-tra-cuu", "XXXXXX"),)),
        Ask(f"/tra-cuu/{code}/", (("ma", "XXXXXX"),)),
        Ask("/can-bo/phan-anh/"),
        Ask(f"/can-bo/phan-anh/{code}/"),
        Ask(f"/can-bo/phan-anh/{code}/viec/phan-loai/"),
        Ask("/can-bo/duong-day-nong/"),
        Ask("/can-bo/duong-day-nong/tim/", (("phone", PERSON.phone),)),
        Ask("/can-bo/so-tiep-cong-dan/"),
        Ask("/can-bo/don-giay/"),
        Ask("/can-bo/thong-bao/"),
        Ask("/dieu-hanh/"),
    ]


@dataclass(frozen=True, slots=True)
class Ask:
    """An address, and what is sent to it; nothing where it is only read."""

    address: str
    sent: tuple[tuple[str, str], ...] = ()

    def of(self, client: Client) -> str:
        return ask(client, self.address, dict(self.sent) or None)

    def says(self, words: str) -> bool:
        return words in self.address or any(words in text for _name, text in self.sent)

    def without(self, code: str) -> Ask:
        return Ask(self.address.replace(code, "¤"), tuple((name, text.replace(code, "¤")) for name, text in self.sent))


Answers = dict[tuple[str, Ask], str]


def crawl(world: World, code: str) -> Answers:
    """What everybody is told, with the code masked. Who holds every role at once is asked everywhere, and so is a
    visitor; each single role where cases are looked for."""
    cache.clear()
    shown: Answers = {}
    for who, client in _clients(world, net=100 + (code == GHOST)):
        for one in everything(world, code) if who in EVERYWHERE else searches(code):
            shown[who, one.without(code)] = one.of(client).replace(code, "¤")
    return shown


def _clients(world: World, net: int) -> list[tuple[str, Client]]:
    """Everybody has signed in, and the receipt was printed, before anybody asks: that too is told on pages."""
    clients = []
    for number, (who, user) in enumerate(world.people.items(), 1):
        client = Client(REMOTE_ADDR=f"198.51.{net}.{number}", raise_request_exception=False)
        if user is not None:
            client.force_login(user)
            client.get(f"/can-bo/ho-so/{world.dossier.code}/giay-hen/")
        clients.append((who, client))
    return clients


OWN_SESSIONS = "/can-bo/phien/"  # lists the second crawl's session beside the first one's


def differences(before: Answers, after: Answers) -> list[tuple[str, str, str]]:
    """Who was told something else where, with the first line that differs."""
    return [
        (
            who,
            one.address,
            next((new for old, new in zip_longest(text.splitlines(), now.splitlines()) if old != new), ""),
        )
        for (who, one), text in before.items()
        if (now := after.get((who, one), "")) != text and one.address != OWN_SESSIONS
    ]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Every line of the log, as production writes it."""
    shape = dict(logging_config(json=True, level="INFO")["formatters"]["lines"])
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(shape.pop("()")(**shape))
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.urls("tests.complaints.sealed.test_secrecy")
def test_nobody_finds_out_that_a_denunciation_exists(world: World, logged: io.StringIO) -> None:
    before, sent = crawl(world, GHOST), Notice.objects.count()
    case = plant(world)
    after = crawl(world, case.code)
    assert differences(before, after) == []
    assert [(key, one) for key, text in after.items() for one in NEEDLES if one in text and not key[1].says(one)] == []
    assert (Notice.objects.count(), mail.outbox) == (sent, [])
    of_handler = Client(raise_request_exception=False)
    of_handler.force_login(world.handler)
    page = ask(of_handler, f"/can-bo/phan-anh/{case.code}/")
    assert all(one in page for one in (*NEEDLES[:5], case.code)), "the crawl could not find what it looks for"
    assert ask(of_handler, "/vo/").startswith("500")
    assert "fail_in_the_middle" in logged.getvalue()
    assert [one for one in (*NEEDLES, case.code) if one in logged.getvalue()] == []
    _check_it_is_wide(after)


def _check_it_is_wide(answers: Answers) -> None:
    """A crawl that shrinks says so."""
    opened = {one.address for (_who, one), text in answers.items() if text.startswith("200")}
    counts = {
        "routes": len(routes()),
        "people": len({who for who, _one in answers}),
        "asked": len(answers),
        "addresses": len({one.address for _who, one in answers}),
        "opened": len(opened),
        "files": len(
            [address for address in opened if address.endswith((".pdf", ".xlsx", ".xml", ".ics", "schema/"))]
        ),
    }
    print(counts)  # noqa: T201 - the width of the crawl belongs in the log of the tests
    assert {name: least for name, least in AT_LEAST.items() if counts[name] < least} == {}


def test_no_administration_page_knows_a_case() -> None:
    """Not for a superuser either; of the law's rows and of the office's furniture there are five."""
    shown = {model for model in admin.site._registry if model._meta.app_label == "complaints"}
    assert shown == {RuleSet, Ground, Category, AnswerTemplate, SuggestionBox}
