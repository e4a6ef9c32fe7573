"""The QR code has its name in the language of the page, whoever asked before."""

from django.utils.translation import override

from publishing.templatetags.paper import qr_code


def test_the_name_of_a_qr_code_is_in_the_language_of_the_page():
    with override("en"):
        english = qr_code("https://portal.example/m/example")
    with override("zh-hans"):
        chinese = qr_code("https://portal.example/m/example")
    assert "二维码" in chinese
    assert "二维码" not in english
