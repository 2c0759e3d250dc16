"""Addresses of the inbox."""

from django.urls import path

from complaints.views import cases, mail, publications, readings, speaking, tracking

app_name = "complaints"
urlpatterns = [
    path("phan-anh/", speaking.choose, name="choose"),
    path("phan-anh/khieu-nai/", speaking.guidance, {"slug": "khieu-nai"}, name="grievance"),
    path("phan-anh/to-cao/", speaking.guidance, {"slug": "to-cao"}, name="denunciation"),
    path("phan-anh/cong-khai/", publications.publications, name="publications"),
    path("phan-anh/hoi-dap/", publications.faq, name="faq"),
    path("phan-anh/hoi-dap/goi-y/", publications.suggestions, name="suggestions"),
    path("phan-anh/gui/<slug:slug>/", speaking.write, name="write"),
    path("phan-anh/<str:code>/da-gui/", speaking.sent, name="sent"),
    path("phan-anh/<str:code>/", tracking.track, name="tracking"),
    path("can-bo/phan-anh/", cases.inbox, name="inbox"),
    path("can-bo/phan-anh/luot-xem/", readings.readings, name="readings"),
    path("can-bo/phan-anh/thu/", mail.mails, name="mails"),
    path("can-bo/phan-anh/thu/<int:key>/", mail.mail, name="mail"),
    path("can-bo/phan-anh/thu/<int:key>/nguyen-ban/", mail.mail_raw, name="mail_raw"),
    path("can-bo/phan-anh/<str:code>/", cases.case, name="case"),
    path("can-bo/phan-anh/<str:code>/viec/<slug:slug>/", cases.act, name="act"),
]
