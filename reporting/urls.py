"""Addresses of the figures."""

from django.urls import path

from reporting.dashboards.ages.views import ages
from reporting.dashboards.cases.views import case_list, cases
from reporting.dashboards.channels.views import channels
from reporting.dashboards.comparison.views import comparing
from reporting.dashboards.intake_hours.views import intake_hours
from reporting.dashboards.lists.views import dossiers
from reporting.dashboards.officers.views import officers
from reporting.dashboards.offices.views import offices
from reporting.dashboards.overview.views import overview
from reporting.dashboards.procedures.views import procedures
from reporting.dashboards.remaining_term.views import remaining
from reporting.dashboards.satisfaction.views import satisfaction
from reporting.dashboards.steps.views import steps
from reporting.dashboards.supplements_and_apologies.views import supplements_and_apologies
from reporting.dashboards.usual_times.views import usual
from reporting.digests.views import digests, stop_digest
from reporting.open_data.views import page as open_data
from reporting.public.views import place, places, public
from reporting.reports.views import report, report_file, reports, sign, signed_file, signed_report

app_name = "reporting"
urlpatterns = [
    path("dieu-hanh/", overview, name="overview"),
    path("dieu-hanh/chang/", offices, name="offices"),
    path("dieu-hanh/ho-so/", dossiers, name="dossiers"),
    path("dieu-hanh/hai-long/", satisfaction, name="satisfaction"),
    path("dieu-hanh/tuoi-ho-so/", ages, name="ages"),
    path("dieu-hanh/thu-tuc/", procedures, name="procedures"),
    path("dieu-hanh/phan-anh/", cases, name="cases"),
    path("dieu-hanh/phan-anh/danh-sach/", case_list, name="case_list"),
    path("dieu-hanh/kenh/", channels, name="channels"),
    path("dieu-hanh/so-sanh/", comparing, name="comparing"),
    path("dieu-hanh/nut-that/", steps, name="steps"),
    path("dieu-hanh/thoi-gian/", usual, name="usual"),
    path("dieu-hanh/con-lai/", remaining, name="remaining"),
    path("dieu-hanh/bo-sung/", supplements_and_apologies, name="supplements_and_apologies"),
    path("dieu-hanh/gio-tiep-nhan/", intake_hours, name="intake_hours"),
    path("dieu-hanh/can-bo/", officers, name="officers"),
    path("dieu-hanh/bao-cao/", reports, name="reports"),
    path("dieu-hanh/bao-cao/ban-tin/", digests, name="digests"),
    path("dieu-hanh/bao-cao/da-ky/<int:pk>/", signed_report, name="signed_report"),
    path("dieu-hanh/bao-cao/da-ky/<int:pk>/bao-cao.<str:ending>", signed_file, name="signed_file"),
    path("dieu-hanh/bao-cao/<slug:kind>/", report, name="report"),
    path("dieu-hanh/bao-cao/<slug:kind>/bao-cao.<str:ending>", report_file, name="report_file"),
    path("dieu-hanh/bao-cao/<slug:kind>/ky/", sign, name="sign_report"),
    path("ban-tin/ngung/<str:text>/", stop_digest, name="stop_digest"),
    path("don-vi/", places, name="places"),
    path("don-vi/<slug:slug>/", place, name="place"),
    path("so-lieu/", public, name="public"),
    path("so-lieu/du-lieu/", open_data, name="open_data"),
]
