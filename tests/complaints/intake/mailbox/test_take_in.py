"""E-mail comes in: a case exactly once, words of a case, ignored, or put aside; nothing is lost, nothing betrays."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from complaints.clock.states import Kind, Outcome, Status
from complaints.intake.mailbox import take_in
from complaints.intake.mailbox.take_in import process_mail
from complaints.models import Case, CaseFile, CaseText, Mail, Reporter, SealedBox
from complaints.operations.acceptance.actions import accept_case, ask_supplement
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.settlement.actions import start_settling
from complaints.sealed.encryption import decrypt_bytes
from complaints.tasks import forget_mail, read_mailbox
from notices.models import Notice
from notices.sending.actions import send_next_notice
from notices.sending.messages import message_of
from tests.complaints.cases import AT, make_inspector, received
from tests.complaints.intake.mailbox.post_office import (
    BROKEN_TREE,
    DENOUNCES,
    OURS,
    UNKNOWN_CHARSET,
    WORDS,
    PostOffice,
    attach,
    content,
    letter,
    nested,
    packed,
    page_only,
    post_office,
    taken,
)
from tests.complaints.sealed.test_sealed import whole_database
from tests.factories import City, make_user
from tests.files.samples import photograph
from tests.secrets import shows_secret

pytestmark = pytest.mark.django_db
Fate, Why = Mail.Fate, Mail.Why


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    with post_office(tmp_path_factory.mktemp("imap") / "imap.log") as office:
        yield office


@pytest.fixture
def mailbox(office: PostOffice, city: City, settings, uploads) -> Iterator[PostOffice]:
    settings.IMAP_URL, settings.MAILBOX_ADDRESS = office.url, OURS
    settings.NOTICES_SINCE_HOUR, settings.NOTICES_UNTIL_HOUR = 0, 24
    settings.PORTAL_URL, settings.DEFAULT_FROM_EMAIL = "https://motcua.example", f"Một cửa <{OURS}>"
    yield office
    office.empty()


def test_a_message_becomes_a_case_once_is_acknowledged_and_leaves_the_mailbox(mailbox, post) -> None:
    message = attach(letter(), photograph(), "ảnh đèn.jpg", "image/jpeg")
    mailbox.put(bytes(message), bytes(message))
    read_mailbox()
    read_mailbox()
    [case] = Case.objects.all()
    assert (case.channel, case.kind, mailbox.waiting()) == ("email", Kind.PETITION, 0)
    assert (content(case), Reporter.objects.get(case=case).name) == (WORDS, "Lê Thu Hà")
    assert [one.stored.name for one in CaseFile.objects.filter(case=case)] == ["ảnh đèn.jpg"]
    assert send_next_notice(at=timezone.now())
    [sent] = post.letters
    assert (sent["In-Reply-To"], sent["References"]) == (message["Message-ID"], message["Message-ID"])
    assert (sent["Auto-Submitted"], sent["Reply-To"], sent["X-Loop"]) == ("auto-replied", OURS, OURS)
    text = sent.get_content()
    assert all(one in text for one in (case.code, f"/phan-anh/{case.code}/mo/", "Chậm nhất"))
    assert not shows_secret(text, case)


def test_from_mailbox_to_answer_to_reply_to_the_same_case(mailbox, post) -> None:
    mailbox.put(bytes(letter()))
    read_mailbox()
    case = Case.objects.get()
    now = timezone.now()
    sort_case(case=case, sorting=Sorting(Kind.PETITION), actor=None, at=now)
    accept_case(case=case, actor=None, at=now)
    case = start_settling(case=case, actor=None, at=now)
    answer_case(case=case, outcome=Outcome.DEALT_WITH, answer="Đã thay bóng đèn ngày hôm qua.", actor=None, at=now)
    while send_next_notice(at=now):
        pass
    answer = next(one for one in post.letters if "Đã thay bóng đèn" in one.get_content())
    reply = letter(
        "Đèn lại hỏng rồi, xin xem lại.\n\nVào 10:00, Một cửa đã viết:\n> Đã thay bóng đèn ngày hôm qua.",
        subject=f"Re: {answer['Subject']}",
        In_Reply_To=answer["Message-ID"],
        References=f"{answer['References']} {answer['Message-ID']}",
    )
    mailbox.put(bytes(reply))
    read_mailbox()
    case = Case.objects.get()
    words = CaseText.objects.get(case=case, sort="supplement")
    assert words.text.startswith("Đèn lại hỏng rồi")
    assert Mail.objects.filter(case=case, fate=Fate.THREAD).count() == 1
    assert Notice.objects.get(kind="case_words").unit == case.unit
    assert case.state is Status.ANSWERED, "a letter by itself reopens nothing"
    while send_next_notice(at=timezone.now()):
        pass
    shown = post.letters[-1]
    assert (shown["In-Reply-To"], shown["Auto-Submitted"]) == (reply["Message-ID"], "auto-replied")
    text = shown.get_content()
    assert all(one in text for one in (case.code, f"/phan-anh/{case.code}/", "Đề nghị xem lại", "không tự mở lại"))
    assert not shows_secret(text, case)


def test_who_writes_after_the_time_is_told_to_send_a_new_one(writable) -> None:
    case = taken(letter()).case
    sort_case(case=case, sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    accept_case(case=case, actor=None, at=AT)
    case = start_settling(case=case, actor=None, at=AT)
    answer_case(case=case, outcome=Outcome.EXPLAINED, answer="Đã thay bóng đèn.", actor=None, at=AT)
    late = timezone.now()
    process_mail(raw=bytes(letter("Đèn lại hỏng từ tối qua.", subject=f"Re: {case.code}")), arrived_at=late, at=late)
    notice = Notice.objects.get(kind="case_heard")
    text = message_of(notice, at=timezone.now(), before_handing_over=lambda: None).text
    assert ("gửi phản ánh mới" in text, "Đề nghị xem lại" in text) == (True, False)


def test_what_was_asked_for_comes_by_mail_under_the_code_in_its_subject(writable) -> None:
    case = taken(letter()).case
    sort_case(case=case, sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    ask_supplement(case=case, asked="Xin cho biết số cột đèn.", actor=None, at=AT)
    mail = taken(letter("Cột đèn số 45, cạnh trạm y tế phường.", subject=f"Fwd: {case.code}"))
    case.refresh_from_db()
    assert (mail.fate, mail.case_id, case.state) == (Fate.THREAD, case.pk, Status.SORTED)


def test_an_answer_to_our_letter_needs_neither_code_nor_the_first_message(writable) -> None:
    case = received(writable.ward)
    notice = Notice.objects.get(subject=case.code)
    ours = f"<notice-{notice.pk}-{notice.created_at.astimezone(UTC):%Y%m%d%H%M%S}@motcua.example>"
    more = {"subject": "Re: chào", "In_Reply_To": ours}
    assert taken(letter(sender="Hạnh <NgocHanh@example.test>", **more)).case == case
    assert taken(letter(**more)).why == Why.NAMES_CASE


def test_nobody_else_adds_words_to_a_case_nor_learns_whether_a_code_exists(writable) -> None:
    case = taken(letter()).case
    notices = Notice.objects.count()
    stranger = "Người Lạ <la@example.test>"
    real = taken(letter("Tôi xin rút phản ánh này lại.", subject=case.code, sender=stranger))
    made_up = taken(letter("Tôi xin rút phản ánh này lại.", subject="PA.H99-260706-000007", sender=stranger))
    assert (real.fate, real.why, real.is_secret) == (made_up.fate, made_up.why, made_up.is_secret)
    assert (real.fate, real.why, Notice.objects.count()) == (Fate.ASIDE, Why.NAMES_CASE, notices)


@pytest.mark.parametrize(
    ("heads", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, Why.AUTOMATIC),
        ({"Precedence": "bulk"}, Why.LIST),
        ({"List_Unsubscribe": "<https://example.test/>"}, Why.LIST),
        ({"Return_Path": "<>"}, Why.BOUNCE),
        ({"X_Loop": OURS}, Why.OWN),
        ({"sender": f"Một cửa <{OURS}>"}, Why.OWN),
        ({"sender": "MAILER-DAEMON@example.test"}, Why.BOUNCE),
    ],
)
def test_machines_and_circles_are_noted_and_not_answered(writable, heads, why) -> None:
    message = letter(**heads)
    mail = taken(message)
    assert (mail.fate, mail.why, decrypt_bytes(mail.raw)) == (Fate.IGNORED, why, bytes(message))
    assert not Case.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (letter(sender=""), Why.NO_SENDER),
        (BROKEN_TREE, Why.BROKEN),
        (nested(3000), Why.BROKEN),
        (UNKNOWN_CHARSET, Why.CHARSET),
        (letter(to=", ".join(f"n{n}@example.test" for n in range(500))), Why.CROWD),
        (attach(letter(), packed(), "anh.zip"), Why.UNFIT),
        (attach(letter(), b"MZ" + bytes(500), "anh.jpg", "image/jpeg"), Why.UNFIT),
        (page_only(), Why.HTML),
        (letter("Alo"), Why.WORDLESS),
        (letter("chữ và chữ " * 5000), Why.TOO_LARGE),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_taken_is_put_aside_whole_and_sealed(writable, message, why) -> None:
    mail = taken(message)
    assert (mail.fate, mail.why) == (Fate.ASIDE, why)
    assert decrypt_bytes(mail.raw) == bytes(message)
    assert mail.is_secret == (why in {Why.BROKEN, Why.CHARSET})
    assert not Case.objects.exists()
    assert taken(message).pk == mail.pk


def test_a_message_too_large_to_fetch_is_noted_and_stays(mailbox, settings) -> None:
    settings.MAX_MAIL_MB = 1
    mailbox.put(bytes(attach(letter(), bytes(1_200_000), "to.bin")))
    read_mailbox()
    read_mailbox()
    mail = Mail.objects.get()
    assert (mail.fate, mail.why, mail.raw, mailbox.waiting()) == (Fate.ASIDE, Why.TOO_LARGE, None, 1)


def test_a_denunciation_by_mail_is_sealed_whole_and_lies_nowhere_in_clear(mailbox) -> None:
    make_inspector(Mail._meta.get_field("unit").related_model.objects.get(is_tenant=True))
    message = attach(letter(DENOUNCES, subject="Đơn gửi ông chủ tịch"), photograph(), "bằng chứng.jpg", "image/jpeg")
    mailbox.put(bytes(message))
    read_mailbox()
    case = Case.objects.get()
    assert (case.kind, case.is_sealed, mailbox.waiting()) == (Kind.DENUNCIATION_INFO, True, 0)
    assert sorted(box.what for box in SealedBox.objects.filter(case=case)) == [
        "content",
        "reporter",
        "scan",
        "subject",
    ]
    stored = whole_database()
    betraying = ("thuha", "Thu Hà", "địa chính", "ông chủ tịch", "bằng chứng", message["Message-ID"].strip("<>"))
    assert [one for one in betraying if one in stored] == []
    assert not Notice.objects.exists()
    more = letter("Tôi gửi thêm: việc này ngày 3 tháng 7.", References=message["Message-ID"])
    assert taken(more).case == case
    assert SealedBox.objects.filter(case=case, what="supplement").count() == 1
    for unfit in (letter("Alo", References=message["Message-ID"]), page_only(References=message["Message-ID"])):
        mail = taken(unfit)
        assert (mail.fate, mail.is_secret) == (Fate.ASIDE, True)


def test_what_names_a_sealed_case_or_denounces_in_an_answer_never_gets_plain(writable) -> None:
    make_inspector(writable.district)
    plain = taken(letter()).case
    mail = taken(letter(DENOUNCES, subject=f"Re: {plain.code}"))
    assert (mail.fate, mail.case.is_sealed, mail.case == plain) == (Fate.CASE, True, False)
    other = taken(letter("Tôi muốn hỏi việc này đến đâu rồi.", subject=f"Hỏi {mail.case.code}"))
    assert (other.fate, other.is_secret, other.sender, other.message_id) == (Fate.ASIDE, True, "", "")


def test_without_an_inspector_a_denunciation_waits_where_nobody_sees_it(writable) -> None:
    clerk = make_user("clerk", writable.district)
    mail = taken(letter(DENOUNCES))
    assert (mail.fate, mail.why, mail.is_secret) == (Fate.ASIDE, Why.NOBODY, True)
    assert not Mail.objects.visible_to(clerk).exists()
    assert Mail.objects.visible_to(make_inspector(writable.district)).get() == mail


def test_a_case_that_proves_to_be_a_denunciation_takes_its_mail_and_its_letters_along(writable) -> None:
    make_inspector(writable.district)
    message = letter("Cán bộ phường thu tiền của tôi mà không có biên lai nào.")
    case = taken(message).case
    assert Notice.objects.filter(subject=case.code).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(case=case).update(is_secret=True)
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=None, at=AT)
    stored = whole_database()
    assert [one for one in ("thuha", "biên lai", message["Message-ID"].strip("<>")) if one in stored] == []
    assert not Notice.objects.filter(subject=case.code).exists()


def test_another_message_under_a_used_id_is_not_taken_for_the_same(writable) -> None:
    first = letter()
    case = taken(first).case
    mail = taken(letter("Nội dung khác hẳn thư trước đó.", Message_ID=first["Message-ID"]))
    assert (mail.fate, mail.why) == (Fate.ASIDE, Why.REUSED)
    assert Case.objects.get() == case


def test_two_machines_answering_each_other_stop(writable) -> None:
    for number in range(take_in.MOST_FROM_ONE):
        assert taken(letter(f"Thư tự động của máy số {number}.")).fate == Fate.CASE
    assert taken(letter("Thư tự động của máy nữa.")).why == Why.FLOOD


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_message_make_one_case(writable) -> None:
    message = letter()

    def work(_worker: int) -> int:
        try:
            return taken(message).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        keys = set(workers.map(work, range(4)))
    assert (len(keys), Case.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_a_worker_killed_before_it_committed_has_done_nothing(mailbox) -> None:
    mailbox.put(bytes(letter()))
    with suppress(KeyboardInterrupt), transaction.atomic():
        taken(letter())
        raise KeyboardInterrupt
    assert not Case.objects.exists()
    read_mailbox()
    assert Case.objects.count() == 1


def test_without_a_mailbox_nothing_is_read(city, settings) -> None:
    settings.IMAP_URL = ""
    read_mailbox()
    assert not Mail.objects.exists()


def test_a_mailbox_that_is_away_is_asked_again_later(city, settings, caplog) -> None:
    settings.IMAP_URL = "imap://hop:bi-mat-cua-hop@127.0.0.1:1/INBOX"
    read_mailbox()
    assert "bi-mat-cua-hop" not in caplog.text
    assert not Mail.objects.exists()


def test_the_bytes_of_what_was_ignored_go_after_a_month(writable) -> None:
    mail = taken(letter(Precedence="bulk"))
    Mail.objects.update(at=timezone.now() - take_in.DISCARD_AFTER / 2)
    forget_mail()
    mail.refresh_from_db()
    assert mail.raw is not None
    Mail.objects.update(at=timezone.now() - take_in.DISCARD_AFTER * 2)
    forget_mail()
    mail.refresh_from_db()
    assert mail.raw is None


def test_the_database_refuses_a_secret_message_that_points_at_its_writer(writable) -> None:
    mail = taken(letter("Alo"))
    refused = (
        lambda: Mail.objects.filter(pk=mail.pk).update(is_secret=True),
        lambda: Mail.objects.filter(pk=mail.pk).update(raw=None),
        lambda: Mail.objects.filter(pk=mail.pk).update(fate=Fate.DISMISSED),
        lambda: Mail.objects.filter(pk=mail.pk).update(fate=Fate.CASE),
    )
    for write in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
