"""What reads like a denunciation: with accents, without, in capitals, broken over lines, with signs nobody sees."""

import unicodedata

import pytest

from complaints.sealed.denunciation_detection import reads_like_denunciation


@pytest.mark.parametrize(
    "text",
    [
        "Tôi tố cáo ông Nguyễn Văn A.",
        "ĐƠN TỐ CÁO",
        unicodedata.normalize("NFD", "đơn tố cáo"),
        "Tôi xin tố\ncáo việc này",
        "Tôi tố\u200b cáo",
        "Tôi  tố   cáo.",
        "don to cao can bo phuong",
        "Kính gửi ông\ndon to cao can bo phuong\nTrân trọng",
        "Cán bộ nhận phong bì của chủ quán.",
        "I want to denounce an officer who took a bribe.",
        "tham_nhũng.pdf",
    ],
)
def test_a_single_mention_is_enough(text):
    assert reads_like_denunciation("", text)


@pytest.mark.parametrize(
    "text",
    ["", "Cây to cao trước nhà sắp đổ, rất nguy hiểm.", "Tổ dân phố báo cáo đèn hỏng.", "Hồ sơ chậm trả kết quả."],
)
def test_other_words_are_not_taken_for_it(text):
    assert not reads_like_denunciation(text)
