"""Messages arrive as they were meant, over real servers, and what goes wrong is said without secrets."""

import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from crawler.fetch_answer import Network
from kentongan.alerting.rules import Alert, AlertId, Channel, NotTaken
from kentongan.alerting.values import About, Kind
from kentongan.settings import Settings, read_settings
from pipeline.alerting.channels import SIGNATURE, Channels, NotSent, webhook_key
from pipeline.alerting.message import Message, compose
from tests.certificates import make_authority

KEY = "a key of the tests, long enough for anyone"
TOKEN = "123456:an-invented-token-of-a-bot"
RULE = uuid4()
FIGURES = {
    "items": 9.0,
    "voices": 4.0,
    "expected": 0.9,
    "chance": 1e-6,
    "days": 28.0,
    "watched": 0.8,
    "hours": 24.0,
}
ALERT = Alert(
    AlertId(uuid4()), Kind.BURST, About.NARRATIVE, "n-1", "Surat suara", "/narasi/x", FIGURES,
    datetime(2026, 3, 2, 4, tzinfo=UTC),
)  # fmt: skip


@dataclass
class Sink:
    """What an SMTP server took."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        self.secure.append(session.ssl is not None)
        return "250 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"rahasia/1")


@contextmanager
def mail_server(sink: Sink, tls: ssl.SSLContext | None = None, *, login: bool = False) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:  # the library does not take any port that is free
        port = free.getsockname()[1]
    controller = Controller(
        sink, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=tls is not None,
        authenticator=sink.authenticate if login else None, auth_required=login,
    )  # fmt: skip
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@dataclass
class Site:
    """What an HTTP server was sent, and what it answers."""

    port: int = 0
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    body: bytes = b'{"ok":true}'


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.asked.append((self.path, dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Location", f"http://127.0.0.1:{found.port}/elsewhere")
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def settings(**more: str) -> Settings:
    base = {
        "KENTONGAN_SECRET_KEY": KEY,
        "KENTONGAN_PUBLIC_URL": "https://kentongan.kota.example",
        "KENTONGAN_ALLOW_LOOPBACK": "yes",
    }
    return read_settings(base | more)


def by_mail(port: int, ca: Path | None = None, login: str = "") -> Channels:
    more = {"KENTONGAN_SMTP_CA": str(ca)} if ca else {}
    return Channels.of(
        settings(
            KENTONGAN_SMTP_URL=f"smtp://{login}127.0.0.1:{port}",
            KENTONGAN_SMTP_FROM="kentongan@kota.example",
            **more,
        )
    )


def message() -> Message:
    return compose("77ab", [ALERT], "Arunika", "https://kentongan.kota.example")


def test_a_mail_arrives_with_why_and_the_link_to_the_evidence() -> None:
    sink = Sink()
    with mail_server(sink) as port:
        by_mail(port).send(Channel.EMAIL, "sari@kota.example", message(), RULE)
    (mail,) = sink.mails
    assert sink.recipients == ["sari@kota.example"]
    assert mail["Subject"] == "[Kentongan Arunika] Lonjakan narasi: Surat suara"
    assert mail["Message-ID"] == "<77ab@kentongan.kota.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "9 unggahan dari 4 suara yang saling lepas dalam 24 jam; biasanya 0,9" in text
    assert "80 % waktu perayapan terpantau" in text
    assert "Indikasi, bukan putusan." in text
    assert "https://kentongan.kota.example/narasi/x" in text


def test_a_password_goes_out_under_tls_alone(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    sink, login = Sink(), "kentongan:rahasia%2F1@"
    with mail_server(sink, authority.server(tmp_path), login=True) as port:
        by_mail(port, authority.file, login).send(Channel.EMAIL, "sari@kota.example", message(), RULE)
    assert sink.secure == [True]
    assert sink.logins == [(b"kentongan", b"rahasia/1")]
    plain = Sink()
    with mail_server(plain) as port, pytest.raises(NotSent):
        by_mail(port, authority.file, login).send(Channel.EMAIL, "sari@kota.example", message(), RULE)
    assert plain.mails == []
    assert plain.logins == []


def test_a_server_whose_certificate_nobody_signed_is_sent_nothing(tmp_path: Path) -> None:
    authority, sink = make_authority(tmp_path), Sink()
    with mail_server(sink, authority.server(tmp_path), login=True) as port, pytest.raises(NotSent) as caught:
        by_mail(port, login="kentongan:rahasia%2F1@").send(Channel.EMAIL, "a@b.example", message(), RULE)
    assert str(caught.value) == "email: SSLCertVerificationError"
    assert sink.logins == []


def test_a_mail_that_is_refused_is_said_without_the_address() -> None:
    with mail_server(Sink(refuse="451 sari@kota.example later")) as port, pytest.raises(NotSent) as caught:
        by_mail(port).send(Channel.EMAIL, "sari@kota.example", message(), RULE)
    assert str(caught.value) == "email: the server answered 451"


def test_a_server_that_is_down_is_said() -> None:
    with mail_server(Sink()) as port:
        pass
    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        by_mail(port).send(Channel.EMAIL, "sari@kota.example", message(), RULE)


def test_a_webhook_is_signed_so_that_a_receiver_can_tell(site: Site) -> None:
    Channels.of(settings()).send(Channel.WEBHOOK, f"http://127.0.0.1:{site.port}/hook", message(), RULE)
    ((path, headers, body),) = site.asked
    moment, signature = headers[SIGNATURE].split(",")
    seconds = moment.removeprefix("t=")
    own = hmac.new(webhook_key(KEY, RULE).encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
    assert (path, signature) == ("/hook", f"v1={own}")
    assert abs(datetime.now(UTC).timestamp() - int(seconds)) < 60
    told = json.loads(body)
    assert (told["version"], told["number"], headers["X-Kentongan-Message"]) == (1, "77ab", "77ab")
    assert told["alerts"][0]["url"] == "https://kentongan.kota.example/narasi/x"
    assert webhook_key(KEY, uuid4()) != webhook_key(KEY, RULE)


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_webhook_that_does_not_take_it_is_a_failure_and_nothing_is_followed(
    site: Site, status: int
) -> None:
    site.status = status
    with pytest.raises(NotSent, match=f"HTTP {status}"):
        Channels.of(settings()).send(Channel.WEBHOOK, f"http://127.0.0.1:{site.port}/hook", message(), RULE)
    assert len(site.asked) == 1


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1"])
def test_an_internal_address_is_never_reached(address: str) -> None:
    network = Network(resolve=lambda name, port: [address])
    channels = Channels(settings(KENTONGAN_ALLOW_LOOPBACK="no"), network)
    with pytest.raises(NotSent, match="internal"):
        channels.send(Channel.WEBHOOK, "https://hook.example/", message(), RULE)


def test_a_webhook_that_answers_at_length_has_taken_it(site: Site) -> None:
    site.body = b"x" * 100_000
    Channels.of(settings()).send(Channel.WEBHOOK, f"http://127.0.0.1:{site.port}/hook", message(), RULE)
    assert len(site.asked) == 1


def test_a_mail_server_that_dribbles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.alerting.channels.SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def dribble() -> None:
            stream, _ = server.accept()
            stream.sendall(b"220 kota.example\r\n")
            with suppress(OSError):
                while True:
                    stream.sendall(b"250-")
                    sleep(0.1)

        Thread(target=dribble, daemon=True).start()
        with pytest.raises(NotSent, match="email"):
            by_mail(server.getsockname()[1]).send(Channel.EMAIL, "sari@kota.example", message(), RULE)


def test_a_name_that_changes_its_answer_gains_nothing(site: Site) -> None:
    answers = iter([["203.0.113.9", "127.0.0.1"], ["127.0.0.1"]])
    channels = Channels(settings(KENTONGAN_ALLOW_LOOPBACK="no"), Network(resolve=lambda n, p: next(answers)))
    for _ in range(2):
        with pytest.raises(NotSent, match="internal"):
            channels.send(Channel.WEBHOOK, "https://hook.example/", message(), RULE)
    assert site.asked == []


def test_the_bot_is_asked_and_its_token_stands_in_no_problem(site: Site) -> None:
    base = f"http://127.0.0.1:{site.port}"
    channels = Channels.of(settings(KENTONGAN_TELEGRAM_TOKEN=TOKEN, KENTONGAN_TELEGRAM_URL=base))
    channels.send(Channel.TELEGRAM, "-100123", message(), RULE)
    ((path, _, body),) = site.asked
    assert path == f"/bot{TOKEN}/sendMessage"
    told = json.loads(body)
    assert told["chat_id"] == "-100123"
    assert "Lonjakan narasi: Surat suara" in told["text"]
    for site.status, site.body in ((403, b"{}"), (200, b'{"ok":false}'), (200, b"<html>")):
        with pytest.raises(NotSent) as caught:
            channels.send(Channel.TELEGRAM, "-100123", message(), RULE)
        assert TOKEN not in str(caught.value)


def test_a_channel_is_open_when_it_is_set_up() -> None:
    assert Channels.of(settings()).open() == (Channel.WEBHOOK,)
    assert Channels.of(settings(KENTONGAN_PUBLIC_URL="")).open() == ()
    with pytest.raises(NotTaken):
        Channels.of(settings()).check(Channel.EMAIL, "sari@kota.example")


@pytest.mark.parametrize(
    ("channel", "address", "fits"),
    [
        (Channel.EMAIL, " sari@kota.example ", True),
        (Channel.EMAIL, "sari@kota.example\nBcc: budi@kota.example", False),
        (Channel.EMAIL, "Sari <sari@kota.example>", False),
        (Channel.WEBHOOK, "https://hook.example/a?b=c", True),
        (Channel.WEBHOOK, "https://hook.example:443/a", True),
        (Channel.WEBHOOK, "https://hook.example:8443/a", False),
        (Channel.WEBHOOK, "https://hook.example:99999/a", False),
        (Channel.WEBHOOK, "http://hook.example/", False),
        (Channel.WEBHOOK, "https://user:word@hook.example/", False),
        (Channel.WEBHOOK, "file:///etc/passwd", False),
        (Channel.TELEGRAM, "-1001234567", True),
        (Channel.TELEGRAM, "@kanal_kota", True),
        (Channel.TELEGRAM, "../getMe", False),
    ],
)
def test_an_address_fits_its_channel(channel: Channel, address: str, fits: bool) -> None:
    every = settings(
        KENTONGAN_SMTP_URL="smtp://mail.example:587", KENTONGAN_SMTP_FROM="kentongan@kota.example",
        KENTONGAN_TELEGRAM_TOKEN=TOKEN, KENTONGAN_ALLOW_LOOPBACK="no",
    )  # fmt: skip
    channels = Channels.of(every)
    if fits:
        assert channels.check(channel, address) == address.strip()
    else:
        with pytest.raises(NotTaken):
            channels.check(channel, address)


def test_what_is_not_to_be_sent_out_is_told_without_its_words() -> None:
    veiled = Alert(
        AlertId(uuid4()), Kind.BURST, About.NARRATIVE, "n-1", "", "/narasi/x", FIGURES, ALERT.raised_at
    )
    told = compose("1", [veiled], "Arunika", "https://k.example")
    assert told.subject == "[Kentongan Arunika] Lonjakan narasi"
    assert told.body["alerts"][0]["title"] is None


def test_a_digest_is_one_message_and_long_ones_lead_to_the_page() -> None:
    told = compose("1", [ALERT] * 30, "Arunika", "https://k.example")
    assert told.subject == "[Kentongan Arunika] 30 peringatan"
    assert "10 lagi: https://k.example/peringatan/" in told.text
