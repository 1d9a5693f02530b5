"""Slow clients do not stop the site: the shipped gunicorn.conf.py against real connections."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import connection, transaction

from project import serving
from tests.building.served import asked, served
from tests.notifications.test_sender_dies import database_url
from tests.test_settings import start

MANY = 120  # several times the threads of the worker
HEAD = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """One worker, as shipped but for their number."""
    with served("--workers", "1") as port:
        yield port


@pytest.fixture(scope="module", autouse=True)
def never_ending(port: int) -> Iterator[Future[tuple[bytes, float]]]:
    """What a client hears whose head never ends, and after how many seconds: it waits meanwhile."""

    def waited() -> tuple[bytes, float]:
        with socket.create_connection(("127.0.0.1", port), 30) as client:
            client.sendall(HEAD)
            began = time.monotonic()
            return client.recv(100), time.monotonic() - began

    with ThreadPoolExecutor() as pool:
        yield pool.submit(waited)


@pytest.fixture
def clients(port: int) -> Iterator[list[socket.socket]]:
    """So many connections to it."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 30))
            for _number in range(MANY)
        ]


def seconds_of_a_page(port: int) -> float:
    began = time.monotonic()
    assert asked(port, "/health/live", timeout=20) == 200
    return time.monotonic() - began


def test_silent_connections_cost_nobody_anything(port: int, clients) -> None:
    assert seconds_of_a_page(port) < 3


def test_heads_that_come_drop_by_drop_occupy_no_thread(port: int, clients) -> None:
    for client in clients:
        client.sendall(HEAD + b"X-Slow: ")
    for _drop in range(3):
        for client in clients:
            client.sendall(b"x")
        assert seconds_of_a_page(port) < 3
    clients[0].sendall(b"\r\n\r\n")
    assert clients[0].recv(100).startswith(b"HTTP/1.1 200")


def test_a_second_request_on_the_same_connection_is_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        for _time in range(3):
            for piece in (HEAD[:20], HEAD[20:], b"\r\n"):
                client.sendall(piece)
                time.sleep(0.05)
            answer = b""
            while b'{"ok": true}' not in answer:
                answer += client.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200")


def test_a_line_that_is_too_long_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 414")


def test_a_head_without_end_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_500)
        assert client.recv(100).startswith(b"HTTP/1.1 431")


def test_a_body_in_pieces_arrives_whole(port: int) -> None:
    body = b"csrfmiddlewaretoken=" + b"z" * 32 + b"&password=" + b"y" * 300_000
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n"
    head += b"Cookie: csrftoken=" + b"t" * 32 + b"\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        for piece in (head, body[:100], body[100:200_000], body[200_000:]):
            client.sendall(piece)
            time.sleep(0.05)
        assert client.recv(100).startswith(b"HTTP/1.1 403")  # read to its end, the token is wrong


def test_a_body_that_comes_drop_by_drop_gives_its_thread_back(monkeypatch) -> None:
    monkeypatch.setattr(serving, "BODY_SECONDS", 0.5)
    near, far = socket.socketpair()

    def drip() -> None:
        for _drop in range(40):
            far.send(b"x")
            time.sleep(0.05)
        far.shutdown(socket.SHUT_WR)

    with near, far:
        reader = serving.SteadyUnreader(near)
        dripping = threading.Thread(target=drip)
        dripping.start()
        with pytest.raises(TimeoutError):
            while reader.chunk():
                pass
        dripping.join()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_statement_that_takes_too_long_is_ended_and_the_page_says_so() -> None:
    with served(DATABASE_URL=database_url(), PAGE_STATEMENT_SECONDS="1") as port:
        assert asked(port, "/public/") == 200
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE compliance_plan IN ACCESS EXCLUSIVE MODE")
                cursor.execute("SET LOCAL statement_timeout = 0")
            began = time.monotonic()
            assert asked(port, "/public/") == 503
            assert time.monotonic() - began < 10
        assert asked(port, "/public/") == 200


def test_only_who_serves_pages_is_bound() -> None:
    """A worker and a command import the settings, never the WSGI application."""
    program = (
        "import django; django.setup(); from django.db import connections as c; {} "
        "print(c['default'].settings_dict['OPTIONS'])"
    )
    variables = {"SECRET_KEY": "x", "DATABASE_URL": "postgres://u@127.0.0.1:9/n"}
    variables["DJANGO_SETTINGS_MODULE"] = "project.settings"
    command = start("-c", program.format(""), **variables)
    pages = start("-c", program.format("import project.wsgi;"), **variables)
    assert command.stdout == "{'options': '-c jit=off', 'connect_timeout': 5}\n", command.stderr
    bound = "{'options': '-c jit=off -c statement_timeout=20s', 'connect_timeout': 5}\n"
    assert pages.stdout == bound


def test_a_database_that_takes_the_call_and_says_nothing_costs_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        with served(DATABASE_URL=url) as port:
            began = time.monotonic()
            assert asked(port, "/public/") == 503
            assert time.monotonic() - began < 15


def test_a_head_that_never_ends_is_hung_up_on(never_ending: Future[tuple[bytes, float]]) -> None:
    """The last of all, so that the others need not wait for it."""
    heard, seconds = never_ending.result()
    assert heard == b""
    assert 8 < seconds < 20
