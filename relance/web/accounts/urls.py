"""Signing in and out, one's profile. Only what is used of django-allauth's addresses is mounted."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path, re_path
from django.views.i18n import set_language

from relance.web.accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.choose_theme, name="profile-theme"),
    path("help/keys/", views.keys, name="help-keys"),
    path("language/", set_language, name="language"),
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", allauth.password_change, name="account_change_password"),
    path("accounts/password/set/", allauth.password_set, name="account_set_password"),
    path("accounts/password/reset/", allauth.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
