"""Addresses of the exports: one for all languages."""

from django.urls import path

from procedures.exports import views
from procedures.http.negotiation import JSONLD, TURTLE
from procedures.pages import blank_forms

app_name = "catalogue_data"
urlpatterns = [
    path("thu-tuc/danh-muc.csv", views.dump, {"kind": views.CSV}, name="csv"),
    path("thu-tuc/danh-muc.json", views.dump, {"kind": views.JSON}, name="json"),
    path("thu-tuc/danh-muc.schema.json", views.schema, name="schema"),
    path("thu-tuc/danh-muc.ttl", views.dump, {"kind": TURTLE}, name="dump_turtle"),
    path("thu-tuc/danh-muc.jsonld", views.dump, {"kind": JSONLD}, name="dump_jsonld"),
    path("thu-tuc/moi-doi.atom", views.changes, name="changes"),
    path("thu-tuc/<str:ref>/mau/<int:pk>/", blank_forms.form, name="form"),
    path("thu-tuc/<str:ref>.ttl", views.procedure, {"kind": TURTLE}, name="turtle"),
    path("thu-tuc/<str:ref>.jsonld", views.procedure, {"kind": JSONLD}, name="jsonld"),
    path("robots.txt", views.robots),
]
