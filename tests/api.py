"""Asking the programming interface as a program would: by token, with nothing else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kentongan.domain import Role
from kentongan.tokens import Scope
from tests.web_city import Site
from webui.access import scopes_of


@dataclass(frozen=True)
class Program:
    """A client that bears one token."""

    client: FlaskClient
    token: str

    def ask(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.ask("GET", path, **kwargs)

    def post(self, path: str, **body: Any) -> TestResponse:
        return self.ask("POST", path, json=body)


def make_token(site: Site, role: Role, *scopes: Scope, name: str = "dasbor kota") -> str:
    """Return a token of the city's user of that role, with all that the role may where no scope is given."""
    user = site.store.users.named(role.value)
    assert user is not None
    wanted = scopes or tuple(scopes_of(role)) or tuple(Scope)
    return site.store.tokens.make(user, name, wanted, life=timedelta(days=1), by=role.value).text


def program(site: Site, role: Role = Role.ANALYST, *scopes: Scope) -> Program:
    """Return a program that bears a fresh token of that role."""
    return Program(site.app.test_client(use_cookies=False), make_token(site, role, *scopes))
