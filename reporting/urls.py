"""Addresses of the figures."""

from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [
    path("dieu-hanh/", views.overview, name="overview"),
    path("dieu-hanh/chang/", views.offices, name="offices"),
    path("dieu-hanh/ho-so/", views.dossiers, name="dossiers"),
    path("dieu-hanh/hai-long/", views.satisfaction, name="satisfaction"),
    path("don-vi/", views.places, name="places"),
    path("don-vi/<slug:slug>/", views.place, name="place"),
    path("so-lieu/", views.public, name="public"),
]
