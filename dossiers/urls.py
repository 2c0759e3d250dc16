"""Addresses of dossiers."""

from django.urls import path

from dossiers.views import files, registering, tracking, work

app_name = "dossiers"
urlpatterns = [
    path("tra-cuu/", tracking.track, name="track"),
    path("tra-cuu/<str:code>/", tracking.tracking, name="tracking"),
    path("can-bo/tiep-nhan/", registering.register, name="register"),
    path("can-bo/hang-doi/", work.queue, name="queue"),
    path("can-bo/ho-so/<str:code>/", files.dossier, name="dossier"),
    path("can-bo/ho-so/<str:code>/giay-hen/", files.receipt, name="receipt"),
    path("can-bo/ho-so/<str:code>/bat-dau/", files.start, name="start"),
    path("can-bo/ho-so/<str:code>/co-ket-qua/", files.finish, name="finish"),
    path("can-bo/ho-so/<str:code>/tra-ket-qua/", files.give_back, name="give_back"),
]
