"""Addresses of the open data for machines: one for all languages."""

from django.urls import path

from reporting.open_data import views

app_name = "open_data"
urlpatterns = [
    path("dcat.jsonld", views.catalogue, name="catalogue"),
    path("moi-nhat/<str:name>", views.newest, name="newest"),
    path("<str:edition>/<str:name>", views.download, name="file"),
]
