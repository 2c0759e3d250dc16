"""Addresses of staff: the first page, the pages about accounts, and those of allauth's that a closed house needs."""

from allauth.account import views as allauth
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from accounts.provider import views as provider_views
from accounts.roles import views as role_views
from accounts.sessions.views import own_sessions
from accounts.sign_in import views
from accounts.sign_in.views import faults_are_422

own = (
    [
        path("", views.home, name="home"),
        path("phien/", own_sessions, name="sessions"),
        path("tai-khoan/", role_views.proposals, name="proposals"),
        path("tai-khoan/de-xuat/", role_views.propose, name="propose"),
        path("tai-khoan/de-xuat/<int:pk>/", role_views.proposal, name="proposal"),
        path("tai-khoan/so/", role_views.ledger, name="ledger"),
        path("tai-khoan/nguoi/<int:pk>/", role_views.account, name="account"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(own)),
    path("dang-nhap/", faults_are_422(provider_views.SignIn.as_view()), name="account_login"),
    path("dang-xuat/", never_cache(provider_views.SignOut.as_view()), name="account_logout"),
    path("mat-khau/", never_cache(faults_are_422(allauth.password_change)), name="account_change_password"),
    path("xac-nhan/", never_cache(faults_are_422(allauth.reauthenticate)), name="account_reauthenticate"),
    path("mat-khau-moi/<int:pk>/<str:token>/", views.password_link, name="password_link"),
    path("", include("accounts.provider.urls")),
    path("", include("accounts.second_factor.urls")),
    path("ngung/", never_cache(allauth.account_inactive), name="account_inactive"),
    # Nobody opens an account alone; the name is one that allauth's login page asks for.
    path("mo-tai-khoan/", TemplateView.as_view(template_name="account/signup_closed.html"), name="account_signup"),
]
