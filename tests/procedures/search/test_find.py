import pytest
from bs4 import BeautifulSoup
from django.test import Client

from procedures.models import Field, ProcedureVersion
from procedures.search.cards import marked
from procedures.search.find import Found, find
from procedures.search.index import AUDIENCE, FEE, FIELD, FREE, LEVEL, PAID, PLACE, TERM
from procedures.search.life_events import meant_event
from tests.procedures.conftest import TODAY
from tests.procedures.search.asked import read_asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def _names(found: Found, most: int = 50) -> list[str]:
    names = ProcedureVersion.objects.in_bulk(found.ids[:most])
    return [names[pk].name for pk in found.ids[:most]]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("khai sinh", "Đăng ký khai sinh"),
        ("Đăng Ký KHAI SINH", "Đăng ký khai sinh"),
        ("dang ky khai sinh", "Đăng ký khai sinh"),
        ("khia sinhh", "Đăng ký khai sinh"),
        ("kết hn", "Đăng ký kết hôn"),
        ("dang ki ket hon", "Đăng ký kết hôn"),
        ("ho kinh doanh", "Đăng ký thành lập hộ kinh doanh"),
        ("hkd", "Đăng ký thành lập hộ kinh doanh"),
        ("ks", "Đăng ký khai sinh"),
        ("xntthn", "Cấp Giấy xác nhận tình trạng hôn nhân"),
        ("giấy độc thân", "Cấp Giấy xác nhận tình trạng hôn nhân"),
        ("giay doc than", "Cấp Giấy xác nhận tình trạng hôn nhân"),
        ("mở quán ăn", "Đăng ký thành lập hộ kinh doanh"),
        ("tôi muốn làm giấy khai sinh", "Đăng ký khai sinh"),
        ("hoà giải", "Hòa giải tranh chấp đất đai"),
        ("1.001193", "Đăng ký khai sinh"),
        ("hộ khẩu", "Đăng ký thường trú"),
        ("khai si", "Đăng ký khai sinh"),
        ("1001193", "Đăng ký khai sinh"),
    ],
)
def test_what_people_type_finds_the_procedure_they_mean(query: str, first: str) -> None:
    assert _names(find(query, {}, TODAY), 1) == [first]


def test_lost_papers_are_not_taken_for_a_death_and_lead_to_their_life_event() -> None:
    for query in ("mat giay to", "mất giấy tờ"):
        assert _names(find(query, {}, TODAY), 1) != ["Đăng ký khai tử"]
        event = meant_event(query)
        assert event is not None
        assert event.slug == "giay-to-sai-mat"


def test_so_do_means_land_certificates_but_so_with_other_marks_does_not() -> None:
    land = find("sổ đỏ", {}, TODAY)
    assert land.ids == find("so do", {}, TODAY).ids
    assert all("quyền sử dụng đất" in name for name in _names(land, 4))
    assert find("số đo", {}, TODAY).ids != land.ids


def test_both_places_of_a_tone_mark_find_the_same() -> None:
    assert find("hoà giải", {}, TODAY).ids == find("hòa giải", {}, TODAY).ids


def test_a_corrected_word_says_that_it_was_corrected() -> None:
    assert find("khia sinhh", {}, TODAY).understood.corrected
    assert not find("khai sinh", {}, TODAY).understood.corrected


@pytest.mark.parametrize("query", ["birth", "marriage", "certificate", "zinh"])
def test_an_unknown_word_is_never_turned_into_a_very_different_one(query: str) -> None:
    understood = find(query, {}, TODAY).understood
    assert not understood.corrected
    assert understood.words == (query,)


def test_nothing_fitting_offers_at_most_three_alike() -> None:
    found = find("giấy phép bay khinh khí cầu lên mặt trăng", {}, TODAY)
    assert found.ids == []
    assert 1 <= len(found.nearest) <= 3


@pytest.mark.parametrize("query", ["", "   ", "!!!", "(((", "a & | ! :* <->", "'; DROP TABLE x; --", "\\", "x" * 5000])
def test_no_query_breaks_the_search(query: str) -> None:
    find(query, {}, TODAY)


def test_an_empty_query_lists_everything_on_offer_in_alphabetical_order() -> None:
    found = find("", {}, TODAY)
    in_order = ProcedureVersion.objects.on_offer(TODAY).order_by("sort_key", "pk").values_list("pk", flat=True)
    assert found.ids == list(in_order)


def test_counts_are_those_under_the_other_filters() -> None:
    chosen = {LEVEL: ["ward"], FEE: [FREE]}
    found = find("", chosen, TODAY)
    for facet, values in found.counts.items():
        others = {key: chosen[key] for key in chosen if key != facet}
        for value, count in values.items():
            assert count == len(find("", {**others, facet: [value]}, TODAY).ids), (facet, value)


def test_filters_agree_with_the_rows_they_stand_for() -> None:
    rows = ProcedureVersion.objects.on_offer(TODAY)
    counts = find("", {}, TODAY).counts
    assert counts[LEVEL] == {"district": 204, "ward": 142}
    assert counts[PLACE]["bach-mai"] == 142
    assert counts[FEE][FREE] == rows.filter(fee_vnd=0).count()
    assert counts[FEE][PAID] == rows.filter(fee_vnd__gt=0).count()
    assert counts[TERM]["theo-viec"] == rows.filter(term_amount=None).count()
    assert counts[AUDIENCE]["citizen"] == rows.filter(audience__contains=["citizen"]).count()


def test_two_values_of_one_filter_add_up_and_two_filters_narrow() -> None:
    free, paid = find("", {FEE: [FREE]}, TODAY), find("", {FEE: [PAID]}, TODAY)
    assert len(find("", {FEE: [FREE, PAID]}, TODAY).ids) == len(free.ids) + len(paid.ids)
    assert set(find("", {FEE: [FREE], LEVEL: ["ward"]}, TODAY).ids) < set(free.ids)


def test_an_edit_is_searched_at_once() -> None:
    assert "Lĩnh vực đổi tên" not in {named.name for named in find("", {}, TODAY).index.labels[FIELD].values()}
    Field.objects.filter(slug="ho-tich").update(name="Lĩnh vực đổi tên")
    assert "Lĩnh vực đổi tên" in {named.name for named in find("", {}, TODAY).index.labels[FIELD].values()}


def test_a_search_takes_one_query_however_much_it_finds(django_assert_num_queries: object) -> None:
    find("", {}, TODAY)
    for query in ("khai sinh", "cap", "sổ đỏ"):
        with django_assert_num_queries(1):
            find(query, {LEVEL: ["ward"]}, TODAY)


def test_the_words_found_are_marked_and_the_name_stays_whole() -> None:
    pieces = marked("Đăng ký thành lập hộ kinh doanh", {"ho", "kinh", "doanh"}, "")
    assert [piece.text for piece in pieces if piece.marked] == ["hộ kinh doanh"]
    assert " ".join(piece.text for piece in pieces) == "Đăng ký thành lập hộ kinh doanh"


def _first(query: str, **how: bool) -> str:
    return _names(find(query, {}, TODAY, **how), 1)[0]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("khai xinh", "Đăng ký khai sinh"),
        ("dang ki tam chu", "Đăng ký tạm trú"),
        ("bìa đỏ bị rách", "Cấp đổi Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"),
        ("bố tôi vừa mất cần làm thủ tục gì", "Đăng ký khai tử"),
    ],
)
def test_words_that_sound_alike_and_whole_sentences_are_understood(query: str, first: str) -> None:
    assert _first(query, loosely=True) == first


def test_a_known_word_is_doubted_only_where_its_neighbours_speak_for_another() -> None:
    assert [part.also for part in find("chung thuc ban sau", {}, TODAY).understood.parts][-1] == "sao"
    assert not any(part.also for part in find("chứng thực bản sao", {}, TODAY).understood.parts)


@pytest.mark.parametrize(
    "query",
    [
        *("mất học bạ", "hiến đất làm đường", "chuyển đất vườn lên thổ cư", "bán nhà cho em trai", "bão làm đổ nhà"),
        *("hội nghề nghiệp", "đăng ký thắp hương đình chùa", "số điện thoại phường", "giường bệnh", "mất nước"),
        *("nhà khó khăn xin giảm tiền học cho con", "mẫu ct07", "trợ cấp thất nghiệp", "bán xe cho người quen"),
    ],
)
def test_words_typed_with_their_marks_are_what_they_are(query: str) -> None:
    assert not [part for part in find(query, {}, TODAY).understood.parts if part.also or part.corrected]


@pytest.mark.parametrize("query", ["hien dat lam duong", "tre em", "mo quan cafe", "red book", "ban nha cho em trai"])
def test_a_usual_or_a_foreign_word_is_not_taken_for_a_rarer_one_a_letter_away(query: str) -> None:
    assert not [part for part in find(query, {}, TODAY).understood.parts if part.also or part.corrected]


@pytest.mark.parametrize(
    ("query", "typed", "meant"),
    [
        ("viết di trúc", "trúc", "chúc"),
        ("đăng ký tạm chú", "chú", "trú"),
        ("thủ tục hành chính khai xinh", "xinh", "sinh"),
    ],
)
def test_with_their_marks_words_are_only_misspelled_as_they_sound(query: str, typed: str, meant: str) -> None:
    readings = find(query, {}, TODAY).understood.readings
    assert [(reading.typed, reading.meant) for reading in readings] == [(typed, [meant])]


def test_a_filler_without_its_marks_is_not_taken_for_another_word() -> None:
    for query, needed in [("muon dang ky ket hon", "Đăng ký kết hôn"), ("muon lam khai sinh", "Đăng ký khai sinh")]:
        found = find(query, {}, TODAY)
        assert not found.understood.replaced
        assert _names(found, 1) == [needed]
    assert find("mướn nhà", {}, TODAY).understood.replaced == (("mướn", "thuê"),)


@pytest.mark.parametrize(
    ("query", "word"),
    [("dang ky ket hon", "dang"), ("giai the hoi", "the"), ("vay tien lam an", "vay"), ("trong tre tai nha", "trong")],
)
def test_a_bare_filler_that_is_half_a_word_of_the_catalogue_is_that_word(query: str, word: str) -> None:
    assert word in find(query, {}, TODAY).understood.words
    assert word not in find(f"toi hoi {word} khai sinh", {}, TODAY).understood.words


@pytest.mark.parametrize("query", ["noi quy lao dong", "con nghien ma tuy", "binh gas", "thong nhat"])
def test_half_a_word_without_marks_is_not_taken_for_another(query: str) -> None:
    assert not find(query, {}, TODAY).understood.replaced


def test_a_reading_that_says_the_same_is_not_told() -> None:
    assert find("chuyển trường", {}, TODAY).understood.readings == []


def test_the_reading_of_a_query_is_told_word_by_word() -> None:
    readings = find("lam bia do bi rach", {}, TODAY).understood.readings
    assert ("bia do", ["sổ đỏ"]) in [(reading.typed, reading.meant) for reading in readings]
    assert find("khai sinh", {}, TODAY).understood.readings == []


def test_what_a_query_was_taken_for_is_told_as_it_is_spelled() -> None:
    (reading,) = find("giấy độc thân", {}, TODAY).understood.readings
    assert reading.meant == ["xác nhận tình trạng hôn nhân"]
    (short,) = find("dkkh", {}, TODAY).understood.readings
    assert short.meant == ["đăng ký kết hôn"]


def test_as_typed_the_words_mean_nothing_else() -> None:
    assert find("sổ đỏ", {}, TODAY, as_typed=True).ids == find("số đo lạ", {}, TODAY, as_typed=True).ids == []
    names = _names(find("kết hôn", {}, TODAY, as_typed=True))
    assert names
    assert all("kết hôn" in name.lower() for name in names)


def test_where_none_has_every_word_the_closest_are_given_and_said_to_be_that() -> None:
    strict = find("đăng ký khai sinh bằng tên lửa", {}, TODAY)
    loose = find("đăng ký khai sinh bằng tên lửa", {}, TODAY, loosely=True)
    assert (strict.ids, strict.is_loose) == ([], False)
    assert loose.is_loose
    assert _names(loose, 1) == ["Đăng ký khai sinh"]


def test_a_procedure_says_by_which_saying_it_was_found() -> None:
    found = find("tách khẩu", {}, TODAY)
    assert found.called[found.ids[0]] == "tách khẩu"


@pytest.mark.parametrize(
    ("query", "ref"),
    [("chuyển đất vườn lên thổ cư", "HBT-Q-026"), ("gia dinh van hoa", "HBT-P-066"), ("giấy khen", "HBT-P-048")],
)
def test_what_fits_better_but_is_taken_in_nowhere_is_named(query: str, ref: str) -> None:
    found = find(query, {}, TODAY, loosely=True)
    assert ref in [row.ref for row in found.not_taken]
    assert ref not in found.index.by_ref


def test_nothing_is_named_that_fits_less_well_than_what_is_taken_in() -> None:
    tuned, _held_out = read_asked()
    for asked in tuned:
        assert not find(asked.query, {}, TODAY, loosely=True).not_taken, asked.query


def test_the_page_says_that_no_office_takes_it_in_and_leads_to_it(client: Client) -> None:
    page = BeautifulSoup(client.get("/thu-tuc/?q=lên+thổ+cư").content, "html.parser")
    assert "hiện chưa nơi nào nhận tại đây" in page.get_text()
    assert client.get(page.select(".note .listed a")[0]["href"]).status_code == 200
