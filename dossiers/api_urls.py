"""URLs of dossiers in the API."""

from django.urls import path

from dossiers.operations import api

app_name = "dossiers_api"

urlpatterns = [
    path("dossiers/<str:code>/", api.dossier, name="dossier"),
    path("dossiers/<str:code>/acts/<slug:slug>/", api.operation, name="operation"),
]
