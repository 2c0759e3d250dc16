"""Addresses of the inbox."""

from django.urls import path

from complaints.views import (
    agenda,
    assigning,
    cases,
    handlers,
    hotline,
    paper,
    papers,
    publications,
    readings,
    registers,
    scans,
    speaking,
    tracking,
)

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
    path("can-bo/phan-anh/giao/", assigning.assign_many, name="assign_many"),
    path("can-bo/phan-anh/<str:code>/", cases.case, name="case"),
    path("can-bo/phan-anh/<str:code>/viec/<slug:slug>/", cases.act, name="act"),
    path("can-bo/phan-anh/<str:code>/tep/<int:pk>/", scans.file, name="file"),
    path("can-bo/phan-anh/<str:code>/ban-quet/<int:pk>/", scans.scan, name="scan"),
    path("can-bo/phan-anh/<str:code>/nguoi-duoc-giao/", handlers.handlers, name="handlers"),
    path("can-bo/phan-anh/<str:code>/giay/<slug:kind>.pdf", papers.paper, name="case_paper"),
    path("can-bo/duong-day-nong/", hotline.hotline, name="hotline"),
    path("can-bo/duong-day-nong/tim/", hotline.caller, name="caller"),
    path("can-bo/duong-day-nong/<uuid:key>/", hotline.call, name="call"),
    path("can-bo/don-giay/", paper.paper, name="paper"),
    path("can-bo/don-giay/mo-hom/", paper.opening, name="opening"),
    path("can-bo/so-tiep-cong-dan/", registers.register, name="register"),
    path("can-bo/so-tiep-cong-dan/<int:pk>/ket-qua/", registers.follow, name="follow_reception"),
    path("can-bo/so-tiep-cong-dan/<slug:slug>/<int:year>/so.<slug:ending>", registers.book, name="reception_book"),
    path("can-bo/lich-tiep/", agenda.agenda, name="agenda"),
    path("can-bo/lich-tiep/<int:pk>/bo/", agenda.call_off, name="call_off"),
    path("tiep-cong-dan/", agenda.receptions, name="receptions"),
    path("tiep-cong-dan/<int:pk>/", agenda.book, name="book"),
    path("tiep-cong-dan/hen/<str:code>/", agenda.booking, name="booking"),
]
