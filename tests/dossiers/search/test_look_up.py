"""Looking a person's dossiers up: what is understood, who is shown what, and that none of it stands in an address."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from dossiers.models import Dossier, DossierReading
from dossiers.models.list_rows import listed_first
from dossiers.search.by_applicant import TooShort, matching
from tests.factories import make_applicant, make_offering, make_procedure, make_user, register

pytestmark = pytest.mark.django_db
LOOK_UP = "/can-bo/tra-cuu/"
QUERIES = 6  # session, person, roles, choices, rows, the record that they were read


@pytest.fixture
def as_clerk(client, clerk):
    client.force_login(clerk)
    return client


def register_for(offering, city, *, days=0, **person):
    at = timezone.now() - timedelta(days=days)
    return register(offering, city.ward_desk, at=at, applicant=make_applicant(**person))


def codes(response):
    return [a.text for a in BeautifulSoup(response.content, "html.parser").select("th a.code")]


def found(client, **typed):
    return codes(client.post(LOOK_UP, typed, follow=True))


def looked_up(typed):
    return [line.code for line in listed_first(matching(Dossier.objects.all(), typed), 0, 9)]


def test_a_name_a_number_or_a_telephone_finds_its_dossiers_the_latest_first(city, offering):
    person = {"name": "Đặng Thị Ý", "id_number": "001187004521", "phone": "+84 912 345 471"}
    old, new = (register_for(offering, city, days=days, **person) for days in (9, 1))
    other = register_for(offering, city, name="Phạm Văn Khải", phone="0903 111 222")
    by_name, by_number = ("dang thi y", "Ý Đặng", "đặng th"), ("001187004521", "001 187 004 521")
    for typed in (*by_name, *by_number, "0912345471", "5471", "345.471"):
        assert looked_up(typed) == [new.code, old.code], typed
    for typed in ("khải", "0903-111-222", "1222"):
        assert looked_up(typed) == [other.code], typed
    for typed in ("hai", "0912345479", "001187004520"):
        assert looked_up(typed) == [], typed


def test_whole_words_come_before_words_that_only_begin_so(city, offering):
    lan, lanh = (register_for(offering, city, name=name) for name in ("Lê Thị Lan", "Lê Thị Lành"))
    assert looked_up("le lan") == [lan.code]
    assert looked_up("le la") == [lanh.code, lan.code]


@pytest.mark.parametrize("typed", ["471", "y", "!!!", "& | !", "+"])
def test_what_fits_too_many_people_is_not_looked_for(as_clerk, typed):
    with pytest.raises(TooShort):
        matching(Dossier.objects.none(), typed)
    answer = as_clerk.post(LOOK_UP, {"q": typed})
    assert answer.status_code == 422
    assert "Hãy gõ thêm" in answer.content.decode()


def test_a_code_in_any_spelling_opens_the_dossier(as_clerk, city, offering):
    dossier = register_for(offering, city)
    for typed in (f" {dossier.code.lower()} ", dossier.code.replace("-", " ")):
        assert as_clerk.post(LOOK_UP, {"q": typed})["Location"] == dossier.get_absolute_url()


def test_what_was_typed_stands_in_no_address_and_every_file_shown_is_recorded(as_clerk, clerk, city, offering):
    shown = {register_for(offering, city).pk for _ in range(2)}
    register_for(offering, city, name="Lê Văn Ổn")
    answer = as_clerk.post(LOOK_UP, {"q": "Phượng"})
    assert answer.status_code == 302
    assert re.fullmatch(rf"{LOOK_UP}\?tim=[A-Za-z0-9]{{12}}", answer["Location"])
    page = as_clerk.get(answer["Location"])
    assert "Phượng" in page.content.decode()
    read = set(DossierReading.objects.values_list("user", "dossier", "page"))
    assert read == {(clerk.pk, pk, "search") for pk in shown}


def test_only_what_the_person_may_see_is_found(as_clerk, city, offering):
    register(make_offering(make_procedure(), city.other_ward), city.other_desk, at=timezone.now())
    assert found(as_clerk, q="phuong") == []
    assert not DossierReading.objects.exists()


def test_a_search_of_another_session_is_an_empty_form(as_clerk, client, city, offering):
    register_for(offering, city)
    address = as_clerk.post(LOOK_UP, {"q": "phuong"})["Location"]
    client.force_login(make_user("clerk", city.ward_desk))
    client.session.flush()
    client.force_login(make_user("clerk", city.ward_desk))
    answer = client.get(address)
    assert codes(answer) == []
    assert "Lượt tìm này không còn được giữ" in answer.content.decode()


def test_filters_narrow_what_is_found_and_nonsense_is_shown_beside_its_field(as_clerk, city, offering):
    old, new = (register_for(offering, city, days=days) for days in (40, 1))
    day = f"{timezone.localdate() - timedelta(days=20):%d/%m/%Y}"
    assert found(as_clerk, q="phuong", since=day) == [new.code]
    assert found(as_clerk, q="phuong", until=day) == [old.code]
    assert found(as_clerk, q="phuong", status="2", field="thu-nghiem", desk=city.ward_desk.slug) == [
        new.code,
        old.code,
    ]
    assert found(as_clerk, q="phuong", status="9") == []
    backwards = {"since": day, "until": "01/01/2020"}
    for wrong in ({"since": "31/02/2026"}, {"status": "99"}, {"desk": "khong-co"}, backwards):
        answer = as_clerk.post(LOOK_UP, {"q": "phuong"} | wrong)
        assert answer.status_code == 422, wrong
        assert 'value="phuong"' in answer.content.decode()


def test_pages_of_twenty_cost_the_same_few_queries(as_clerk, city, offering, django_assert_max_num_queries):
    for _ in range(21):
        register_for(offering, city)
    address = as_clerk.post(LOOK_UP, {"q": "phuong"})["Location"]
    as_clerk.get(address)  # unseen notices are counted once a while
    for page, rows in (("", 20), ("&trang=2", 1), ("&trang=99", 0), ("&trang=-1", 20), ("&trang=x", 20)):
        with django_assert_max_num_queries(QUERIES):
            assert len(codes(as_clerk.get(address + page))) == rows, page
