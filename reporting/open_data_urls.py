"""Addresses of the open data for machines: one for all languages."""

from django.urls import path

from reporting.views import open_data

app_name = "open_data"
urlpatterns = [
    path("dcat.jsonld", open_data.catalogue, name="catalogue"),
    path("moi-nhat/<str:name>", open_data.newest, name="newest"),
    path("<str:edition>/<str:name>", open_data.download, name="file"),
]
