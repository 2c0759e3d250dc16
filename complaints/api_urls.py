"""Addresses of the partner API."""

from django.urls import path

from complaints.intake.partners import api

app_name = "complaints_api"

urlpatterns = [
    path("partner/cases/", api.create, name="create"),
    path("partner/cases/<str:reference>/", api.case, name="case"),
]
