"""The lines of signing in and out, of the profile, and of what is not for anybody in particular."""

from __future__ import annotations

from tests.cast import PASSWORD
from tests.matrix.lines import Arguments, Grid, Line, flat, nothing
from tests.matrix.world import World

# fmt: off
#                         anonymous nora bob alice charlie rita cora root
EVERYBODY =          flat("200      200  200 200   200     200  200  200")
SIGNED_IN =          flat("302      200  200 200   200     200  200  200")
DOES_AND_RETURNS =   flat("302      302  302 302   302     302  302  302")
NOTHING_OF_ONES_OWN = flat("302     404  404 404   404     404  404  404")
NO_PROVIDER =        flat("404      404  404 404   404     404  404  404")
NO_PROVIDER_TO_ENTER = flat("404    302  302 302   302     302  302  302")
ONLY_TO_ENTER =      flat("200      302  302 302   302     302  302  302")
# fmt: on
NOT_OURS = "django-allauth's; the journal holds what people do with customers, its own log who signs in"
BROWSER = "kept in the browser, not in the database"


def _key(_world: World, _row: str) -> dict[str, str]:
    return {"uidb36": "zz", "key": "set-password"}


def _both(name: str, grid: Grid, arguments: Arguments = nothing) -> list[Line]:
    return [
        Line(name, "GET", grid, arguments=arguments),
        Line(name, "POST", grid, arguments=arguments, exempt=NOT_OURS),
    ]


ACCOUNTS = [
    Line("home", "GET", flat("302 403 302 302 302 302 302 302")),
    Line("healthz", "GET", EVERYBODY),
    # The tests run no worker.
    Line("readyz", "GET", flat("503 503 503 503 503 503 503 503")),
    Line("help-keys", "GET", SIGNED_IN),
    Line("profile", "GET", SIGNED_IN),
    Line("profile", "POST", DOES_AND_RETURNS, form=lambda *_: {"language": "en", "time_zone": "Asia/Tokyo"}),
    Line("profile-theme", "POST", DOES_AND_RETURNS, form=lambda *_: {"theme": "dark"}, exempt=BROWSER),
    Line("language", "POST", DOES_AND_RETURNS, form=lambda *_: {"language": "en"}, exempt=BROWSER),
    Line("account_login", "GET", ONLY_TO_ENTER),
    Line("account_login", "POST", DOES_AND_RETURNS, exempt=NOT_OURS,
         form=lambda *_: {"login": "root@cast.example", "password": PASSWORD}),
    Line("account_logout", "GET", SIGNED_IN),
    Line("account_logout", "POST", DOES_AND_RETURNS, exempt=NOT_OURS),
    Line("account_inactive", "GET", EVERYBODY),
    Line("account_signup", "GET", ONLY_TO_ENTER),
    Line("account_signup", "POST", ONLY_TO_ENTER, exempt="sign-up is closed",
         form=lambda *_: {"email": "eve@cast.example", "password1": PASSWORD}),
    Line("account_reauthenticate", "GET", SIGNED_IN),
    Line("account_reauthenticate", "POST", DOES_AND_RETURNS, exempt=NOT_OURS, form=lambda *_: {"password": PASSWORD}),
    Line("account_change_password", "GET", SIGNED_IN),
    Line("account_change_password", "POST", DOES_AND_RETURNS, exempt=NOT_OURS,
         form=lambda *_: {"oldpassword": PASSWORD, "password1": "battery staple", "password2": "battery staple"}),
    # Who has a password changes it; nobody is without.
    Line("account_set_password", "GET", DOES_AND_RETURNS),
    Line("account_set_password", "POST", DOES_AND_RETURNS, exempt=NOT_OURS),
    Line("account_reset_password", "GET", EVERYBODY),
    Line("account_reset_password", "POST", DOES_AND_RETURNS, exempt=NOT_OURS, form=lambda *_: {"email": "bob@cast.example"}),
    Line("account_reset_password_done", "GET", EVERYBODY),
    # A key that nobody was sent opens nothing.
    Line("account_reset_password_from_key", "GET", EVERYBODY, arguments=_key),
    Line("account_reset_password_from_key", "POST", EVERYBODY, arguments=_key, exempt=NOT_OURS,
         form=lambda *_: {"password1": "battery staple", "password2": "battery staple"}),
    Line("account_reset_password_from_key_done", "GET", EVERYBODY),
    Line("usersessions_list", "GET", SIGNED_IN),
    Line("usersessions_list", "POST", DOES_AND_RETURNS, exempt=NOT_OURS),
    # Nobody has a session of this number: somebody else's reads the same.
    Line("session-end", "POST", NOTHING_OF_ONES_OWN, arguments=lambda *_: {"session_id": 999_999_999_999}, exempt=NOT_OURS),
    Line("mfa_index", "GET", SIGNED_IN),
    Line("mfa_list_webauthn", "GET", DOES_AND_RETURNS),
    # Whoever has not just given his password gives it first.
    *_both("mfa_activate_totp", DOES_AND_RETURNS),
    *_both("mfa_add_webauthn", DOES_AND_RETURNS),
    *_both("mfa_generate_recovery_codes", DOES_AND_RETURNS),
    *_both("mfa_remove_webauthn", DOES_AND_RETURNS, arguments=lambda *_: {"pk": 1}),
    # Nobody here has a second factor.
    *_both("mfa_deactivate_totp", NOTHING_OF_ONES_OWN),
    Line("mfa_view_recovery_codes", "GET", NOTHING_OF_ONES_OWN),
    *_both("mfa_authenticate", DOES_AND_RETURNS),
    *_both("mfa_reauthenticate", DOES_AND_RETURNS),
    *_both("mfa_reauthenticate_webauthn", DOES_AND_RETURNS),
    *_both("mfa_login_webauthn", DOES_AND_RETURNS),
    # Nor is there a provider, unless the settings name one.
    Line("openid_connect_login", "GET", NO_PROVIDER_TO_ENTER, arguments=lambda *_: {"provider_id": "company"}),
    Line("openid_connect_callback", "GET", NO_PROVIDER, arguments=lambda *_: {"provider_id": "company"}),
    Line("socialaccount_login_cancelled", "GET", EVERYBODY),
]  # fmt: skip
