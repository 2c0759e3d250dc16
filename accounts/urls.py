"""Addresses of staff: the first page, and those of allauth's that a closed house needs."""

from allauth.account import views as allauth
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from accounts import views
from accounts.views import faults_are_422

own = ([path("", views.home, name="home")], "accounts")

urlpatterns = [
    path("", include(own)),
    path("dang-nhap/", faults_are_422(allauth.login), name="account_login"),
    path("dang-xuat/", never_cache(allauth.logout), name="account_logout"),
    path("mat-khau/", never_cache(faults_are_422(allauth.password_change)), name="account_change_password"),
    path("xac-nhan/", never_cache(faults_are_422(allauth.reauthenticate)), name="account_reauthenticate"),
    path("mat-khau-moi/<int:pk>/<str:token>/", views.password_link, name="password_link"),
    path("ngung/", never_cache(allauth.account_inactive), name="account_inactive"),
    # Nobody opens an account alone; the name is one that allauth's login page asks for.
    path("mo-tai-khoan/", TemplateView.as_view(template_name="account/signup_closed.html"), name="account_signup"),
]
