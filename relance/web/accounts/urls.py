"""Signing in and out, one's profile. Only what is used of django-allauth's addresses is mounted."""

from __future__ import annotations

from allauth.account import views as allauth
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import RedirectView
from django.views.i18n import set_language

from relance.web.accounts import provider, views
from relance.web.accounts.sessions import end
from relance.web.people.join import join

# Django's form views take a PUT for a POST.
page, form = require_safe, require_http_methods(["GET", "HEAD", "POST"])
to_security = RedirectView.as_view(pattern_name="mfa_index")

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.choose_theme, name="profile-theme"),
    path("help/keys/", views.keys, name="help-keys"),
    path("language/", require_POST(set_language), name="language"),
    path("accounts/invitation/<str:token>/", join, name="account_invitation"),
    path("accounts/login/", form(allauth.login), name="account_login"),
    path("accounts/logout/", form(allauth.logout), name="account_logout"),
    path("accounts/inactive/", page(allauth.account_inactive), name="account_inactive"),
    path("accounts/signup/", form(allauth.signup), name="account_signup"),
    path("accounts/reauthenticate/", form(allauth.reauthenticate), name="account_reauthenticate"),
    path("accounts/password/change/", form(allauth.password_change), name="account_change_password"),
    path("accounts/password/set/", form(allauth.password_set), name="account_set_password"),
    path("accounts/password/reset/", form(allauth.password_reset), name="account_reset_password"),
    path("accounts/password/reset/done/", page(allauth.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        form(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        page(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("profile/sessions/", form(sessions.list_usersessions), name="usersessions_list"),
    path("profile/sessions/<row:session_id>/end/", end, name="session-end"),
    path("profile/sign-in/", page(second.index), name="mfa_index"),
    path("profile/sign-in/app/", form(totp.activate_totp), name="mfa_activate_totp"),
    path("profile/sign-in/app/remove/", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("profile/sign-in/codes/", page(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("profile/sign-in/codes/new/", form(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("profile/sign-in/passkeys/", page(to_security), name="mfa_list_webauthn"),
    path("profile/sign-in/passkeys/new/", form(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("profile/sign-in/passkeys/<int:pk>/remove/", form(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("accounts/second/", form(second.authenticate), name="mfa_authenticate"),
    path("accounts/second/again/", form(second.reauthenticate), name="mfa_reauthenticate"),
    path("accounts/passkey/", form(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("accounts/passkey/again/", form(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("accounts/<str:provider_id>/login/", page(provider.to_provider), name="openid_connect_login"),
    path("accounts/<str:provider_id>/callback/", page(provider.from_provider), name="openid_connect_callback"),
    path("accounts/cancelled/", page(social.login_cancelled), name="socialaccount_login_cancelled"),
]
