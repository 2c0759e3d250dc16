"""Addresses of the inbox."""

from django.urls import path

from complaints.views import cases, readings, tracking

app_name = "complaints"
urlpatterns = [
    path("phan-anh/<str:code>/", tracking.track, name="tracking"),
    path("can-bo/phan-anh/", cases.inbox, name="inbox"),
    path("can-bo/phan-anh/luot-xem/", readings.readings, name="readings"),
    path("can-bo/phan-anh/<str:code>/", cases.case, name="case"),
    path("can-bo/phan-anh/<str:code>/viec/<slug:slug>/", cases.act, name="act"),
]
