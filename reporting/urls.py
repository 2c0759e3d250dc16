"""Addresses of the figures."""

from django.urls import path

from reporting import report_views, views

app_name = "reporting"
urlpatterns = [
    path("dieu-hanh/", views.overview, name="overview"),
    path("dieu-hanh/chang/", views.offices, name="offices"),
    path("dieu-hanh/ho-so/", views.dossiers, name="dossiers"),
    path("dieu-hanh/hai-long/", views.satisfaction, name="satisfaction"),
    path("dieu-hanh/bao-cao/", report_views.reports, name="reports"),
    path("dieu-hanh/bao-cao/ban-tin/", report_views.digests, name="digests"),
    path("dieu-hanh/bao-cao/da-ky/<int:pk>/", report_views.signed_report, name="signed_report"),
    path("dieu-hanh/bao-cao/da-ky/<int:pk>/bao-cao.<str:ending>", report_views.signed_file, name="signed_file"),
    path("dieu-hanh/bao-cao/<slug:kind>/", report_views.report, name="report"),
    path("dieu-hanh/bao-cao/<slug:kind>/bao-cao.<str:ending>", report_views.report_file, name="report_file"),
    path("dieu-hanh/bao-cao/<slug:kind>/ky/", report_views.sign, name="sign_report"),
    path("ban-tin/ngung/<str:text>/", report_views.stop_digest, name="stop_digest"),
    path("don-vi/", views.places, name="places"),
    path("don-vi/<slug:slug>/", views.place, name="place"),
    path("so-lieu/", views.public, name="public"),
]
