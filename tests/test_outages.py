"""The database or Redis goes away while people work, and comes back."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from compliance.models import AuditEvent
from tests.building import factories as make
from tests.building.proxy import Proxy
from tests.building.scenes import sent
from tests.notifications.test_sender_dies import database_url
from workflows.models import Task

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PATIENCE = 60  # seconds until a server must answer, on a busy machine


def through(address: str) -> tuple[Proxy, str]:
    """A proxy before the server of an address, and the address that leads through it."""
    parts = urlsplit(address)
    proxy = Proxy(parts.hostname or "", parts.port or 0)
    place = (parts.netloc.rpartition("@")[0] + "@").lstrip("@") + f"127.0.0.1:{proxy.port}"
    return proxy, parts._replace(netloc=place).geturl()


class Site:
    """The site as it runs for real, its database and its Redis behind a proxy each."""

    def __init__(self) -> None:
        self.database, database = through(database_url())
        self.redis, redis = through(os.environ["CELERY_BROKER_URL"])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = {
            **os.environ, "SECRET_KEY": site.SECRET_KEY, "DEBUG": "0", "PYTHONWARNINGS": "ignore",
            "DATABASE_URL": database, "CELERY_BROKER_URL": redis,
        }  # fmt: skip
        words = ["gunicorn", "project.wsgi", "--bind", f"127.0.0.1:{self.port}", "--threads", "2"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=site.BASE_DIR,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.ask("GET", reverse("health-live"))[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)
        self.close()
        raise AssertionError("the site did not start")

    def ask(self, method: str, path: str, cookies: str = "", **form: str) -> tuple[int, str]:
        """The status and the page."""
        token = "t" * 32
        headers = {
            "Cookie": f"csrftoken={token}; {cookies}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({"csrfmiddlewaretoken": token, **form}) if method == "POST" else None
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        line.request(method, path, body, headers)
        answer = line.getresponse()
        page = answer.read().decode()
        line.close()
        return answer.status, page

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.database.cut()
        self.redis.cut()


@pytest.fixture
def real() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


def signed_in(person) -> str:
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}"


def test_the_database_goes_away_during_work_and_comes_back(real: Site):
    scene = sent()
    cookie = signed_in(scene.region.coordinator)
    take = reverse("task-take", args=[scene.task.pk])
    assert real.ask("GET", "/inbox/", cookie)[0] == 200
    real.database.cut()
    for method, path in (("GET", "/inbox/"), ("POST", take), ("GET", "/public/")):
        status, page = real.ask(method, path, cookie)
        assert status == 503 and "не отвечает" in page, path
    assert real.ask("GET", reverse("health-live"))[0] == 200
    assert real.ask("GET", reverse("health-ready"))[0] == 503
    assert Task.objects.get(pk=scene.task.pk).owner is None
    real.database.mend()
    assert real.ask("GET", "/inbox/", cookie)[0] == 200
    assert real.ask("POST", take, cookie)[0] == 302
    assert Task.objects.get(pk=scene.task.pk).owner == scene.region.coordinator
    assert AuditEvent.objects.filter(action="task.take").count() == 1


def test_without_redis_people_inside_go_on_and_a_login_says_to_wait(real: Site):
    region = make.region()
    cookie = signed_in(region.director)
    real.redis.cut()
    status, page = real.ask("POST", "/accounts/login/", login="director", password="x" * 12)
    assert status == 503 and "не отвечает" in page
    assert real.ask("GET", "/plans/", cookie)[0] == 200
    assert real.ask("GET", "/accounts/login/")[0] == 200
    real.redis.mend()
    status, page = real.ask("POST", "/accounts/login/", login="director", password="x" * 12)
    assert status == 200 and "не отвечает" not in page
