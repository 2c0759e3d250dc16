from datetime import date

import pytest

from units.codes import PATTERN, TEMPLATE, authority_of, dossier_code, is_template, normalise


def test_a_code_is_the_office_the_day_and_the_ordinal() -> None:
    """Rule 22."""
    assert dossier_code("P", on=date(2026, 7, 21), number=3) == "P-260721-0003"
    assert dossier_code("H26.19.15", on=date(2026, 1, 2), number=12345) == "H26.19.15-260102-12345"


@pytest.mark.parametrize(("prefix", "number"), [("p", 1), ("P-", 1), ("", 1), ("P", 0), ("P", 1_000_000)])
def test_a_code_that_breaks_the_legal_shape_is_refused(prefix: str, number: int) -> None:
    with pytest.raises(ValueError, match="dossier"):
        dossier_code(prefix, on=date(2026, 7, 21), number=number)


@pytest.mark.parametrize("code", ["000.00.12.H62-201105-0004", "G22.99.09-240114-0001", "G22.99.08-260921-896048"])
def test_codes_seen_in_the_wild_have_the_legal_shape(code: str) -> None:
    assert PATTERN.match(code)
    assert normalise(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        "H26.19.15-260721-0003",
        " h26.19.15-260721-0003\n",
        "h26.19.15 260721 0003",
        "H26.19.15–260721—0003",
        "H26. 19. 15 - 260721 - 0003",
        "H26.19.152607210003",
        "H26.19.15260721-0003",
        "H26.19.15-260721-03",
        "h26.19.15 260721 3",
        "h26 19 15 260721 0003",
        "H26-19-15-260721-3",
        "H26.19.15.260721.0003",
        "H26.19.15/260721/0003",
        "Ｈ２６．１９．１５－２６０７２１－０００３",
        "\u200bH26.19.15-260721-0003\ufeff",
        "https://motcua.example/tra-cuu/H26.19.15-260721-0003/",
        "HTTP://127.0.0.1:8000/EN/TRA-CUU/H26.19.15-260721-0003",
        "motcua.example/tra-cuu/h26.19.15 260721 3/",
        "/tra-cuu/?ma=H26.19.15-260721-0003&x=1#y",
    ],
)
def test_a_code_is_understood_however_it_was_typed(typed: str) -> None:
    assert normalise(typed) == "H26.19.15-260721-0003"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "H26",
        "H26.19.15-269921-0003",
        "H26.19.1526072103",
        "H26.19.15-269921-3",
        "Nguyễn-260721-0003",
        "https://motcua.example/tra-cuu/",
        "Ⅷ" * 16 + "-260721-0003",
    ],
)
def test_what_holds_no_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


AUTHORITIES = ["000.00.19.H26", "H26.19.15", "H26.19.1.5", "H26.2", "P"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0000019h262607210003", "000.00.19.H26-260721-0003"),
        ("0000019H26-260721-0003", "000.00.19.H26-260721-0003"),
        ("0000019H26 260721 3", "000.00.19.H26-260721-0003"),
        ("000 00 19 h26 260721 0003", "000.00.19.H26-260721-0003"),
        ("000.0019.H26-260721-12345", "000.00.19.H26-260721-12345"),
        ("https://motcua.example/tra-cuu/0000019H26-260721-0003/", "000.00.19.H26-260721-0003"),
        ("H262211012-10001", "H26.2-211012-10001"),  # by its authority alone: 2021-10-12, not 2011-01-21
        ("p2607210003", "P-260721-0003"),
        ("G99152607210003", "G9915-260721-0003"),  # of nobody here
        ("H2619152607210003", "H261915-260721-0003"),  # of two: left as it is
        ("H26.19.15-260721-0003", "H26.19.15-260721-0003"),
        ("H26.19.1.5-260721-0003", "H26.19.1.5-260721-0003"),
    ],
)
def test_dots_left_out_are_put_back_where_only_one_authority_can_be_meant(typed: str, meant: str) -> None:
    assert normalise(typed, AUTHORITIES) == meant


def test_what_a_template_adds_belongs_to_the_authority() -> None:
    assert authority_of("000.{prefix}-{yymmdd}-{number:05d}", "H26.19") == "000.H26.19"


@pytest.mark.parametrize(
    "template", [TEMPLATE, "{prefix}-{yymmdd}-{number:06d}", "000.{prefix}-{yymmdd}-{number:05d}"]
)
def test_a_template_may_add_groups_and_widen_the_ordinal(template: str) -> None:
    assert is_template(template)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{prefix}-{yymmdd}-0001",
        "{prefix}-{number:04d}",
        "H26-{yymmdd}-{number:04d}",
        "{prefix}-{yymmdd}-{number}",
        "{prefix}-{number:06d}-{yymmdd}",
        "{prefix}-{yymmdd}-{number:0999999999d}",
        "{prefix.__class__}-{yymmdd}-{number:04d}",
        "{prefix}-{yymmdd}-{number:04d}-{other}",
        "{prefix}-{yymmdd}-{number:04d}\n",
        "{prefix",
    ],
)
def test_a_template_without_the_office_the_day_and_the_ordinal_in_the_legal_order_is_none(template: str) -> None:
    assert not is_template(template)
