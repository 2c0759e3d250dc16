"""Addresses of signing in by the identity provider. The second and third are registered there."""

from django.urls import path

from accounts.provider import views

urlpatterns = [
    path("dang-nhap/nha-cung-cap/", views.to_provider, name="to_provider"),
    path("dang-nhap/nha-cung-cap/xong/", views.from_provider, name="from_provider"),
    path("dang-nhap/nha-cung-cap/dang-xuat/", views.ended_by_provider, name="ended_by_provider"),
]
