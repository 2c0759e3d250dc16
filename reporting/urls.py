"""Addresses of the figures."""

from django.urls import path

from reporting.views import (
    ages,
    care,
    channels,
    comparing,
    digests,
    intake_hours,
    lists,
    officers,
    offices,
    open_data,
    overview,
    procedures,
    public,
    remaining,
    reports,
    satisfaction,
    steps,
    usual,
)

app_name = "reporting"
urlpatterns = [
    path("dieu-hanh/", overview.overview, name="overview"),
    path("dieu-hanh/chang/", offices.offices, name="offices"),
    path("dieu-hanh/ho-so/", lists.dossiers, name="dossiers"),
    path("dieu-hanh/hai-long/", satisfaction.satisfaction, name="satisfaction"),
    path("dieu-hanh/tuoi-ho-so/", ages.ages, name="ages"),
    path("dieu-hanh/thu-tuc/", procedures.procedures, name="procedures"),
    path("dieu-hanh/kenh/", channels.channels, name="channels"),
    path("dieu-hanh/so-sanh/", comparing.comparing, name="comparing"),
    path("dieu-hanh/nut-that/", steps.steps, name="steps"),
    path("dieu-hanh/thoi-gian/", usual.usual, name="usual"),
    path("dieu-hanh/con-lai/", remaining.remaining, name="remaining"),
    path("dieu-hanh/bo-sung/", care.care, name="care"),
    path("dieu-hanh/gio-tiep-nhan/", intake_hours.intake_hours, name="intake_hours"),
    path("dieu-hanh/can-bo/", officers.officers, name="officers"),
    path("dieu-hanh/bao-cao/", reports.reports, name="reports"),
    path("dieu-hanh/bao-cao/ban-tin/", digests.digests, name="digests"),
    path("dieu-hanh/bao-cao/da-ky/<int:pk>/", reports.signed_report, name="signed_report"),
    path("dieu-hanh/bao-cao/da-ky/<int:pk>/bao-cao.<str:ending>", reports.signed_file, name="signed_file"),
    path("dieu-hanh/bao-cao/<slug:kind>/", reports.report, name="report"),
    path("dieu-hanh/bao-cao/<slug:kind>/bao-cao.<str:ending>", reports.report_file, name="report_file"),
    path("dieu-hanh/bao-cao/<slug:kind>/ky/", reports.sign, name="sign_report"),
    path("ban-tin/ngung/<str:text>/", digests.stop_digest, name="stop_digest"),
    path("don-vi/", public.places, name="places"),
    path("don-vi/<slug:slug>/", public.place, name="place"),
    path("so-lieu/", public.public, name="public"),
    path("so-lieu/du-lieu/", open_data.page, name="open_data"),
]
