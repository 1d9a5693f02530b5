"""Load the demonstration region and serve it, with worker and scheduler in the same process."""

from __future__ import annotations

import errno
import os
import signal
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.utils import timezone

from workflows.demo.people import CAST, PASSWORD
from workflows.demo.region import NotEmptyError, load_region
from workflows.demo.server import HOST, bound_server, serve


class Command(BaseCommand):
    help = "Loads the demonstration region and serves it until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1")
        parser.add_argument(
            "--load-only", action="store_true", help="migrate, load the region and exit"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            if options["load_only"]:
                self.load()
            else:
                self.serve(options["port"])
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")

    def load(self) -> None:
        """Migrate and load; CommandError when the database belongs to somebody else."""
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        try:
            if load_region(timezone.now()):
                self.stdout.write("The demonstration region has been loaded.")
        except NotEmptyError as error:
            raise CommandError(
                "This database already holds other data. The demonstration region is loaded only "
                "into an empty one: set DATABASE_URL to another database."
            ) from error

    def serve(self, port: int) -> None:
        """Load, then serve on the port until Ctrl-C."""
        try:
            server = bound_server(port)
        except (OSError, OverflowError) as error:
            raise CommandError(_no_port(port, error)) from error
        with server:
            if "SITE_URL" not in os.environ:
                settings.SITE_URL = f"http://{HOST}:{port}"
            self.load()
            self.stdout.write(self.invitation(port))
            self.stdout.flush()
            serve(server)

    def invitation(self, port: int) -> str:
        """What a newcomer reads when the server is ready."""
        logins = "\n".join(f"  {login:<12} {post}" for login, (_, _, post) in CAST.items())
        return (
            f"\nVekha is ready: http://{HOST}:{port}/\n"
            f"Logins (password: {PASSWORD}):\n{logins}\nCtrl-C ends it."
        )


def _no_port(port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken. Choose another one: make demo PORT={port + 1}"
    return f"Port {port} cannot be used: {error}"
