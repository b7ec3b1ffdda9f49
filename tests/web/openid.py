"""A small OpenID Connect provider on loopback, which signs anybody in as whom the test says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt

CLIENT, SECRET, SIGNED_WITH = "relance", "between the two of us", "a key of thirty-two bytes or more."


@dataclass
class Provider:
    """Whom it knows, and what it has been asked."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    audience: str = CLIENT
    asked: list[dict[str, Any]] = field(default_factory=list)

    def settings(self) -> dict[str, Any]:
        """How Relance's settings describe it."""
        app = {
            "provider_id": "company",
            "name": "Cast SSO",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": self.address},
        }
        return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}

    def answer(self, path: str, said: dict[str, str]) -> dict[str, Any]:
        """What it says at an address."""
        if path == "/token":
            self.asked.append(said)
            return {"access_token": "one", "token_type": "Bearer", "expires_in": 60, "id_token": self._token()}
        if path == "/user":
            return self.claims
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/user",
            "jwks_uri": f"{self.address}/keys",
        }

    def _token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": self.audience, "iat": now, "exp": now + 60, **self.claims}
        return jwt.encode(claims, SIGNED_WITH, algorithm="HS256")


def _door(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/authorize":
                wanted = parse_qs(asked.query)
                back = urlencode({"code": "two", "state": wanted["state"][0]})
                self.send_response(302)
                self.send_header("Location", f"{wanted['redirect_uri'][0]}?{back}")
                self.end_headers()
            else:
                self._say(provider.answer(asked.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(provider.answer(self.path, dict(parse_qsl(body))))

        def _say(self, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing in the middle of the tests."""

    return Door


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that answers until the end of the block."""
    provider = Provider()
    with ThreadingHTTPServer(("127.0.0.1", 0), _door(provider)) as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
