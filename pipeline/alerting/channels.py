"""The ways out: SMTP, a signed webhook, a Telegram bot. Each sends one message or says why it could not.

A webhook and the bot are reached by the same guarded connection as pages that people ask about: public
addresses only, checked when they are connected to, no redirect followed, certificates verified. A webhook
is signed as `X-Kentongan-Signature: t=SECONDS,v1=HEX`, HMAC-SHA256 over `SECONDS.BODY`, so that a receiver
can refuse what is forged or old. Problems never quote an answer or an address: they may hold secrets.
"""

import json
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from hmac import digest
from ipaddress import ip_address
from socket import SHUT_RDWR
from threading import Timer
from time import time
from urllib.parse import unquote, urlsplit
from uuid import UUID

from crawler.fetch_answer import Answer, Deadline, Network, ask
from crawler.fetch_errors import PageNotRead
from crawler.fetch_errors import Refusal as Unread
from kentongan.alerting.rules import MAX_ADDRESS, Channel, NotTaken, Refusal
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from pipeline.alerting.message import Message

SECONDS = 15.0  # for one message, everything together
SIGNATURE = "X-Kentongan-Signature"
_ANSWER_BYTES = 64 * 1024
_TELEGRAM_CHARACTERS = 4_000  # it takes 4,096
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")


class NotSent(KentonganError):
    """A message did not go out; it may be tried again."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways out as the settings have them. `network` is the machine's own but in tests."""

    settings: Settings
    network: Network = field(default_factory=Network)

    @classmethod
    def of(cls, settings: Settings) -> "Channels":
        return cls(settings, Network(allow_loopback=settings.allow_loopback))

    def open(self) -> tuple[Channel, ...]:
        """Return the channels that are set up. Links need KENTONGAN_PUBLIC_URL, whatever the channel."""
        if self.settings.public_url is None:
            return ()
        ready = {
            Channel.EMAIL: self.settings.smtp_url is not None,
            Channel.WEBHOOK: self.settings.secret_key is not None,
            Channel.TELEGRAM: self.settings.telegram_token is not None,
        }
        return tuple(channel for channel in Channel if ready[channel])

    def check(self, channel: Channel, address: str) -> str:
        """Return the address as it is kept; raises NotTaken where the channel cannot send to it."""
        address = address.strip()
        if channel not in self.open():
            raise NotTaken(Refusal.NO_CHANNEL)
        if len(address) > MAX_ADDRESS or not self._fits(channel, address):
            raise NotTaken(Refusal.ADDRESS)
        return address

    def can_push(self, url: str) -> bool:
        """Tell whether an address is one that is pushed to."""
        return len(url) <= MAX_ADDRESS and self._fits(Channel.WEBHOOK, url)

    def _fits(self, channel: Channel, address: str) -> bool:
        if channel is Channel.EMAIL:
            return _MAILBOX.fullmatch(address) is not None
        if channel is Channel.TELEGRAM:
            return _CHAT.fullmatch(address) is not None
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            return False
        if port not in (None, 443) and not self.network.allow_loopback:
            return False
        schemes = ("https", "http") if self.network.allow_loopback else ("https",)
        plain = address.isascii() and address.isprintable() and " " not in address
        return plain and parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc

    def send(self, channel: Channel, address: str, message: Message, rule: UUID) -> None:
        """Send one message; raises NotSent."""
        if channel not in self.open():
            raise NotSent(f"{channel.value}: not set up here")
        if channel is Channel.EMAIL:
            self._mail(address, message)
        elif channel is Channel.WEBHOOK:
            self._hook(address, message, rule)
        else:
            self._telegram(address, message)

    def _mail(self, address: str, message: Message) -> None:
        server = urlsplit(self.settings.smtp_url or "")
        sender, site = self.settings.smtp_from or "", urlsplit(self.settings.public_url or "").hostname
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, address, message.subject
        mail["Date"], mail["Message-ID"] = formatdate(localtime=False), f"<{message.number}@{site}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        host, secure = server.hostname or "", server.scheme == "smtps"
        context = ssl.create_default_context(cafile=self.settings.smtp_ca)
        try:
            if secure:
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, server.port or 465, timeout=SECONDS, context=context
                )
            else:
                client = smtplib.SMTP(host, server.port or 587, timeout=SECONDS)
            with client, _cut_off(client):
                if not secure and (not _is_here(host) or server.username):
                    client.starttls(
                        context=context
                    )  # a server without it is refused: nothing goes in the clear
                if server.username and server.password:
                    client.login(unquote(server.username), unquote(server.password))
                client.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError) as exc:
            raise NotSent(f"email: {_said(exc)}") from exc

    def _hook(self, url: str, message: Message, rule: UUID) -> None:
        body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":")).encode()
        self.push(url, body, message.number, webhook_key(self.settings.require_secret_key(), rule))

    def push(
        self, url: str, body: bytes, number: str, key: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Post a JSON body, signed with `key`, under a number that stays the same; raises NotSent."""
        at = int(time())
        signed = {SIGNATURE: f"t={at},v1={sign(key, at, body)}", "X-Kentongan-Message": number}
        answer = self._post(Channel.WEBHOOK, url, {**signed, **(headers or {})}, body)
        if not 200 <= answer.status < 300:
            raise NotSent(f"webhook: HTTP {answer.status}")

    def _telegram(self, chat: str, message: Message) -> None:
        text = message.text[:_TELEGRAM_CHARACTERS]
        said = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}
        url = f"{self.settings.telegram_url}/bot{self.settings.telegram_token}/sendMessage"
        answer = self._post(Channel.TELEGRAM, url, {}, json.dumps(said, ensure_ascii=False).encode())
        try:
            taken = answer.status == 200 and json.loads(answer.body)["ok"] is True
        except (ValueError, KeyError, TypeError) as exc:
            raise NotSent("telegram: an answer that cannot be read") from exc
        if not taken:
            raise NotSent(f"telegram: HTTP {answer.status}")

    def _post(self, channel: Channel, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        sent = {"User-Agent": "Kentongan", "Content-Type": "application/json; charset=utf-8", **headers}
        try:
            return ask(url, sent, self.network, Deadline.after(SECONDS), _ANSWER_BYTES, post=body)
        except PageNotRead as exc:
            if exc.why is Unread.TOO_LARGE and channel is Channel.WEBHOOK:
                return Answer(200, {}, b"")  # only what was taken is answered at length: not to be sent again
            raise NotSent(f"{channel.value}: {exc.why.value}") from exc


def webhook_key(secret_key: str, rule: UUID) -> str:
    """Return the key that signs what goes to a rule's webhook: its own, shown to its owner."""
    return digest(secret_key.encode(), b"kentongan alert webhook v1 " + rule.bytes, sha256).hex()


def sign(key: str, at: int, body: bytes) -> str:
    """Return the signature of a body sent at a moment, in seconds since 1970."""
    return digest(key.encode(), b"%d." % at + body, sha256).hex()


@contextmanager
def _cut_off(client: smtplib.SMTP) -> Iterator[None]:
    """End the connection after SECONDS, however slowly the server goes on talking."""

    def end() -> None:
        with suppress(OSError):  # closed already
            if client.sock:
                client.sock.shutdown(SHUT_RDWR)

    timer = Timer(SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _said(exc: Exception) -> str:
    """Return what kind of trouble it was; what a server says may quote the address."""
    if isinstance(exc, smtplib.SMTPResponseException):
        return f"the server answered {exc.smtp_code}"
    if isinstance(exc, smtplib.SMTPRecipientsRefused):
        return "the server refuses the recipient"
    return type(exc).__name__
