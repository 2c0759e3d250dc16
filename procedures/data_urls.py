"""Addresses of the catalogue for machines: one for all languages."""

from django.urls import path

from procedures.views import forms, machines

app_name = "catalogue_data"
urlpatterns = [
    path("thu-tuc/danh-muc.csv", machines.dump, {"kind": machines.CSV}, name="csv"),
    path("thu-tuc/danh-muc.json", machines.dump, {"kind": machines.JSON}, name="json"),
    path("thu-tuc/danh-muc.schema.json", machines.schema, name="schema"),
    path("thu-tuc/danh-muc.ttl", machines.dump, {"kind": machines.TURTLE}, name="dump_turtle"),
    path("thu-tuc/danh-muc.jsonld", machines.dump, {"kind": machines.JSONLD}, name="dump_jsonld"),
    path("thu-tuc/moi-doi.atom", machines.changes, name="changes"),
    path("thu-tuc/<str:ref>/mau/<int:pk>/", forms.form, name="form"),
    path("thu-tuc/<str:ref>.ttl", machines.procedure, {"kind": machines.TURTLE}, name="turtle"),
    path("thu-tuc/<str:ref>.jsonld", machines.procedure, {"kind": machines.JSONLD}, name="jsonld"),
    path("robots.txt", machines.robots),
]
