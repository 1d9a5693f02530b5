"""A worker for gunicorn that slow clients cannot occupy: only complete requests get a thread.

gunicorn's own threaded worker gives each new connection a thread, which waits for the head of the
request as long as the client likes: as many slow clients as there are threads stop the site. Here
the main loop gathers the heads, a thousand at once, and a complete one gets a thread. From then on
the body has to keep coming, at a rate that any telephone reaches, and the client has to read on.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10
"""By then a request's head must be complete."""

LONGEST_HEAD = 32 * 1024
"""Bytes of a head; a longer one is refused."""

BODY_SECONDS = 20
"""The pauses of a body in all, on top of the time that its size takes at SLOWEST_BODY."""

SLOWEST_BODY = 2 * 1024
"""Bytes a second."""

END_OF_HEAD = b"\r\n\r\n"
TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n"


class SteadyUnreader(SocketUnreader):
    """Reads a connection whose client has to keep sending; TimeoutError when it does not."""

    def __init__(self, sock: Any) -> None:
        super().__init__(sock)
        self.begin()

    def begin(self) -> None:
        """Start the clock for a new request."""
        self._began, self._received = time.monotonic(), 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes, within the time that is left for them."""
        allowed = BODY_SECONDS + self._received / SLOWEST_BODY
        left = self._began + allowed - time.monotonic()
        if left <= 0:
            raise TimeoutError("the client sends too slowly")
        self.sock.settimeout(left)
        data: bytes = super().chunk(size_hint)
        self._received += len(data)
        return data


class PatientWorker(ThreadWorker):
    """gunicorn's threaded worker that gives threads only to requests whose head has arrived."""

    def accept(self, listener: Any) -> None:
        """Take a new connection and wait for its first request, without a thread."""
        try:
            sock, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        sock.setblocking(False)
        conn = TConn(self.cfg, sock, address, listener.getsockname())
        conn.init()
        conn.parser.unreader = SteadyUnreader(conn.sock)
        self._await_head(conn)

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        """Wait for the head of the next request on a connection kept open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn)

    def _await_head(self, conn: TConn) -> None:
        conn.head = bytearray()
        conn.timeout = time.monotonic() + HEAD_SECONDS
        conn.sock.setblocking(False)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: TConn, client: Any) -> None:
        """More of a head has come: when it is complete, a thread takes the connection."""
        try:
            data = client.recv(8192)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        ends = END_OF_HEAD in conn.head[-3:] + data
        conn.head += data
        if data and not ends and len(conn.head) <= LONGEST_HEAD:
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if ends:
            conn.parser.unreader.begin()
            conn.parser.unreader.unread(bytes(conn.head))
            conn.data_ready = True
            self.enqueue_req(conn)
            return
        if data:
            with suppress(OSError):
                client.send(TOO_LONG)
        self.nr_conns -= 1
        conn.close()

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """What the worker makes of the request; a client that does not read is not waited for."""
        conn.sock.settimeout(BODY_SECONDS)
        return super().handle_request(req, conn)
