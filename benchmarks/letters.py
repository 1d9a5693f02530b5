"""What a letter costs: processor time and statements, beside smtplib sending the same words.

    python benchmarks/letters.py [--institutions 100 --open 1000]

Makes a database of its own on the server of DATABASE_URL, plans the reminders of an ordinary
morning, and sends the letters to a mail server in a process of its own on loopback, which takes
everything. Then the same letters once more, over one connection, by smtplib alone.
"""

from __future__ import annotations

import argparse
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.country.running import country, set_up, size_from


def measure(port: int) -> None:
    """Print what the letters took and what the floor did."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings

    from notifications.models import Message
    from notifications.services.delivery import deliver_messages
    from tests.notifications.factories import moment
    from workflows.services.notices.reminders import plan_reminders

    now = moment()
    plan_reminders(now)
    mail = override_settings(
        EMAIL_BACKEND="notifications.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_HOST_USER="",
        EMAIL_USE_TLS=False,
        SENDING_HOURS=(0, 24),
    )
    with mail:
        deliver_messages(now, limit=20)  # warm
        with CaptureQueriesContext(connection) as few:
            deliver_messages(now, limit=20)
        counts: dict[str, int] = {}
        began = time.perf_counter()
        used = processor_time(lambda: counts.update(deliver_messages(now)))
        seconds = time.perf_counter() - began
    sent = counts["accepted"]
    assert sent, counts
    texts = list(Message.objects.filter(state="accepted").values_list("subject", "text")[:sent])
    floor = processor_time(lambda: bare(port, texts))
    each = 1000 * used / sent
    print(f"{sent:,} letters in {seconds:.1f} s: {each:.1f} ms of processor time a letter")
    print(f"{len(few) / 20:.1f} statements a letter")
    print(f"floor, the same words by smtplib: {1000 * floor / sent:.1f} ms a letter")
    print(f"ratio: {used / floor:.1f}")


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of this process's processor that the work took."""
    began = time.process_time()
    work()
    return time.process_time() - began


def bare(port: int, texts: list[tuple[str, str]]) -> None:
    """The letters over one connection, without anything around."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        for subject, text in texts:
            letter = EmailMessage()
            letter["From"], letter["To"] = "vekha@example.org", "somebody@example.org"
            letter["Subject"] = subject
            letter.set_content(text)
            server.send_message(letter)


@contextmanager
def mail_server() -> Iterator[int]:
    """The port of a mail server that takes every letter and keeps none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = ["-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen([sys.executable, "-m", "aiosmtpd", *words])
    try:
        for _try in range(100):
            with socket.socket() as call:
                if call.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size = size_from(parser, institutions=100, open=1_000, history=0, regions=10, weeks=0)
    if not set_up():
        return
    with country(size), mail_server() as port:
        measure(port)


if __name__ == "__main__":
    main()
