"""Signing in and out, one's profile. Only what is used of django-allauth's addresses is mounted."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from relance.web.accounts import views
from relance.web.people.join import join

# Django's form views take a PUT for a POST.
page, form = require_safe, require_http_methods(["GET", "HEAD", "POST"])

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
]
