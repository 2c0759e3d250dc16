"""Addresses of second factors. The names are those that allauth's pages lead to."""

from allauth.mfa.base import views as steps
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from accounts.second_factor import views
from accounts.sign_in.views import faults_are_422

urlpatterns = [
    path("dang-nhap/buoc-hai/", faults_are_422(views.SecondStep.as_view()), name="mfa_authenticate"),
    path("xac-nhan/ma/", never_cache(faults_are_422(steps.reauthenticate)), name="mfa_reauthenticate"),
    path(
        "xac-nhan/khoa/",
        never_cache(faults_are_422(views.ConfirmPasskey.as_view())),
        name="mfa_reauthenticate_webauthn",
    ),
    path("dang-nhap/khoa/", never_cache(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("hai-buoc/bo-qua/", views.skip_set_up, name="mfa_skip"),
    path("hai-buoc/khoa/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("hai-buoc/khoa/them/", never_cache(faults_are_422(views.AddPasskey.as_view())), name="mfa_add_webauthn"),
    path("hai-buoc/khoa/<int:pk>/bo/", never_cache(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("hai-buoc/", never_cache(views.Overview.as_view()), name="mfa_index"),
    path("hai-buoc/ung-dung/", never_cache(faults_are_422(views.SetUpApp.as_view())), name="mfa_activate_totp"),
    path("hai-buoc/ung-dung/bo/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("hai-buoc/ma-du-phong/", never_cache(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "hai-buoc/ma-du-phong/moi/",
        never_cache(faults_are_422(recovery.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
]
