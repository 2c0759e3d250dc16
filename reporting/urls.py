"""Addresses of the figures."""

from django.urls import path

from reporting.views import (
    ages,
    care,
    intake_hours,
    lists,
    officers,
    offices,
    overview,
    public,
    remaining,
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
    path("dieu-hanh/nut-that/", steps.steps, name="steps"),
    path("dieu-hanh/thoi-gian/", usual.usual, name="usual"),
    path("dieu-hanh/con-lai/", remaining.remaining, name="remaining"),
    path("dieu-hanh/bo-sung/", care.care, name="care"),
    path("dieu-hanh/gio-tiep-nhan/", intake_hours.intake_hours, name="intake_hours"),
    path("dieu-hanh/can-bo/", officers.officers, name="officers"),
    path("don-vi/", public.places, name="places"),
    path("don-vi/<slug:slug>/", public.place, name="place"),
    path("so-lieu/", public.public, name="public"),
]
