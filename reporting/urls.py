"""Addresses of the figures."""

from django.urls import path

from reporting.views import lists, offices, overview, public, satisfaction

app_name = "reporting"
urlpatterns = [
    path("dieu-hanh/", overview.overview, name="overview"),
    path("dieu-hanh/chang/", offices.offices, name="offices"),
    path("dieu-hanh/ho-so/", lists.dossiers, name="dossiers"),
    path("dieu-hanh/hai-long/", satisfaction.satisfaction, name="satisfaction"),
    path("don-vi/", public.places, name="places"),
    path("don-vi/<slug:slug>/", public.place, name="place"),
    path("so-lieu/", public.public, name="public"),
]
