"""A process that is killed between raising an alert and sending it, or between sending and noting that.

What was raised is never lost. What was sent and not noted is sent once more, under the same number: that is
what at-least-once must, and a receiver can tell.
"""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from kentongan.alerting.rules import Channel, State, Wish
from kentongan.alerting.values import Kind
from kentongan.region import read_region
from kentongan.store import open_store
from kentongan.store.alert_deliveries import LEASE
from pipeline.alerting.delivering import address_seal, deliver
from tests.factories import make_user
from tests.functional.test_alerting import AT
from tests.unit.pipeline.alerting.test_channels import Sink, by_mail, mail_server

RAISE_AND_SEND = """
import sys
from datetime import datetime
from kentongan.alerting.rules import NewAlert
from kentongan.alerting.values import About, Kind
from kentongan.region import read_region
from kentongan.store import open_store
from pipeline.alerting.delivering import deliver
from tests.unit.pipeline.alerting.test_channels import by_mail
store, region, at = open_store(sys.argv[1]), read_region("arunika"), datetime.fromisoformat(sys.argv[2])
found = NewAlert(Kind.SOURCE, About.SOURCE, "kanal", "Kanal", "/sumber/kesehatan", {})
store.alerts.raise_all([found], at, region.time_zone)
if len(sys.argv) == 3:
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
print(deliver(store, region, by_mail(int(sys.argv[3])), at), flush=True)
"""


@dataclass
class Killing(Sink):
    """Takes a mail and kills whoever sent it before it hears of that."""

    process: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        told = await super().handle_DATA(server, session, envelope)
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            self.process = 0
        return told


@pytest.mark.parametrize("sent_before", [False, True])
def test_a_kill_loses_no_message_and_repeats_only_what_was_sent_and_not_noted(
    tmp_path: Path, sent_before: bool
) -> None:
    url, sink, region = f"sqlite:///{tmp_path / 'record.db'}", Killing(), read_region("arunika")
    store = open_store(url)
    sari = make_user(store)
    with mail_server(sink) as port:
        channels = by_mail(port)
        wish = Wish(frozenset(Kind), Channel.EMAIL, "sari@kota.example")
        store.alert_rules.add(sari, wish, address_seal(channels.settings))
        arguments = [url, AT.isoformat(), *([str(port)] if sent_before else [])]
        worker = subprocess.Popen(
            [sys.executable, "-c", RAISE_AND_SEND, *arguments], stdin=subprocess.DEVNULL
        )
        sink.process = worker.pid
        assert worker.wait(timeout=60) == -signal.SIGKILL
        sink.process = 0
        assert len(store.alerts.newest()) == 1
        assert len(sink.mails) == int(sent_before)
        # While the dead one's lease lasts nobody else takes what it was sending.
        assert deliver(store, region, channels, AT).sent == int(not sent_before)
        assert deliver(store, region, channels, AT + 2 * LEASE).sent == int(sent_before)
        assert deliver(store, region, channels, AT + 100 * LEASE).sent == 0
    assert len(sink.mails) == 1 + int(sent_before)
    assert len({mail["Message-ID"] for mail in sink.mails}) == 1
    assert [kept.state for kept in store.alert_deliveries.of(sari.id)] == [State.SENT]
    store.close()
