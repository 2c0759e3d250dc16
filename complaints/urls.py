"""Addresses of the inbox."""

from django.urls import path

from complaints.case_page.views import files, handlers, papers
from complaints.case_page.views.case import case
from complaints.inbox.views import assign_many
from complaints.inbox.views.inbox import inbox
from complaints.intake.hotline import views as hotline
from complaints.intake.mailbox import views as mail
from complaints.intake.paper import views as paper
from complaints.intake.reception.views import agenda, register
from complaints.intake.web import views as web
from complaints.operations.views import operation
from complaints.publication import views as publication
from complaints.sealed import views as sealed
from complaints.tracking import views as tracking

app_name = "complaints"
urlpatterns = [
    path("phan-anh/", web.choose, name="choose"),
    path("phan-anh/khieu-nai/", web.guidance, {"slug": "khieu-nai"}, name="grievance"),
    path("phan-anh/to-cao/", web.guidance, {"slug": "to-cao"}, name="denunciation"),
    path("phan-anh/cong-khai/", publication.publications, name="publications"),
    path("phan-anh/hoi-dap/", publication.faq, name="faq"),
    path("phan-anh/hoi-dap/goi-y/", publication.suggestions, name="suggestions"),
    path("phan-anh/gui/<slug:slug>/", web.write, name="write"),
    path("phan-anh/<str:code>/da-gui/", web.sent, name="sent"),
    path("phan-anh/<str:code>/mo/<str:token>/", tracking.open_by_letter, name="open_by_letter"),
    path("phan-anh/<str:code>/doi-ma/", tracking.renew, name="renew_secret"),
    path("phan-anh/<str:code>/", tracking.track, name="tracking"),
    path("can-bo/phan-anh/", inbox, name="inbox"),
    path("can-bo/phan-anh/luot-xem/", sealed.readings, name="readings"),
    path("can-bo/phan-anh/thu/", mail.mails, name="mails"),
    path("can-bo/phan-anh/thu/<int:key>/", mail.mail, name="mail"),
    path("can-bo/phan-anh/thu/<int:key>/nguyen-ban/", mail.mail_raw, name="mail_raw"),
    path("can-bo/phan-anh/giao/", assign_many.assign_many, name="assign_many"),
    path("can-bo/phan-anh/<str:code>/", case, name="case"),
    path("can-bo/phan-anh/<str:code>/viec/<slug:slug>/", operation, name="operation"),
    path("can-bo/phan-anh/<str:code>/tep/<int:pk>/", files.file, name="file"),
    path("can-bo/phan-anh/<str:code>/ban-quet/<int:pk>/", files.scan, name="scan"),
    path("can-bo/phan-anh/<str:code>/nguoi-duoc-giao/", handlers.handlers, name="handlers"),
    path("can-bo/phan-anh/<str:code>/phieu-tra-cuu/", papers.codes, name="case_codes"),
    path("can-bo/phan-anh/<str:code>/giay/<slug:kind>.pdf", papers.paper, name="case_paper"),
    path("can-bo/duong-day-nong/", hotline.hotline, name="hotline"),
    path("can-bo/duong-day-nong/tim/", hotline.caller, name="caller"),
    path("can-bo/duong-day-nong/<uuid:key>/", hotline.call, name="call"),
    path("can-bo/don-giay/", paper.paper, name="paper"),
    path("can-bo/don-giay/mo-hom/", paper.opening, name="opening"),
    path("can-bo/so-tiep-cong-dan/", register.register, name="register"),
    path("can-bo/so-tiep-cong-dan/<int:pk>/ket-qua/", register.follow, name="follow_reception"),
    path("can-bo/so-tiep-cong-dan/<slug:slug>/<int:year>/so.<slug:ending>", register.book, name="reception_book"),
    path("can-bo/lich-tiep/", agenda.agenda, name="agenda"),
    path("can-bo/lich-tiep/hen/<str:code>/huy/", agenda.free, name="free_booking"),
    path("can-bo/lich-tiep/<int:pk>/bo/", agenda.call_off, name="call_off"),
    path("can-bo/lich-tiep/<int:pk>/noi-tiep/", agenda.arrange, name="arrange_reception"),
    path("tiep-cong-dan/", agenda.receptions, name="receptions"),
    path("tiep-cong-dan/<int:pk>/", agenda.book, name="book"),
    path("tiep-cong-dan/hen/<str:code>/", agenda.booking, name="booking"),
]
