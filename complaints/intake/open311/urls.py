"""Addresses of Open311."""

from django.urls import path

from complaints.intake.open311 import views

app_name = "open311"

urlpatterns = [
    path("discovery.<str:ending>", views.discovery, name="discovery_of_server"),
    path("v2/", views.discovery, {"ending": "xml"}, name="root"),
    path("v2/discovery.<str:ending>", views.discovery, name="discovery"),
    path("v2/services.<str:ending>", views.service_list, name="services"),
    path("v2/services/<str:code>.<str:ending>", views.service, name="service"),
    path("v2/requests.<str:ending>", views.requests, name="requests"),
    path("v2/requests/<str:code>.<str:ending>", views.one_request, name="request"),
    path("v2/tokens/<str:token>.<str:ending>", views.one_token, name="token"),
]
