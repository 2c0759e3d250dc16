"""manage.py serve: the whole portal with one command. See portal/embedded/supervisor.py."""

import os
import sys
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.embedded import demo, supervisor
from portal.embedded.engines import Engines, location_for

THIS_MACHINE: Final = {"127.0.0.1", "::1", "localhost"}
REFUSED: Final = (
    "HOST lets other machines in, and the password of the demo's staff is published. Set DEMO_FOR_OTHERS=1 too if"
    " everybody who reaches this machine may sign in as an official, or leave HOST out."
)


class Command(BaseCommand):
    help = "Starts engines, web, worker and beat, watches them, and stops all of them on Ctrl-C. Reads HOST and PORT."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        port = supervisor.port_number(os.environ.get("PORT", "8000"))
        host = os.environ.get("HOST", "127.0.0.1")
        if settings.DEMO and host not in THIS_MACHINE and os.environ.get("DEMO_FOR_OTHERS") != "1":
            raise CommandError(REFUSED)
        self._supervisor(host, port).run()

    def _supervisor(self, host: str, port: int) -> supervisor.Supervisor:
        location = location_for(settings.DATA_DIR)
        database_url = location.application_url if settings.EMBEDDED_DATABASE else settings.DATABASE_URL
        owner_url = location.database_url if settings.EMBEDDED_DATABASE else settings.OWNER_DATABASE_URL
        env = {"DATABASE_URL": database_url, "REDIS_URL": settings.REDIS_URL}
        without_owner = {**env, "OWNER_DATABASE_URL": ""}
        logs = settings.DATA_DIR / "logs"
        return supervisor.Supervisor(
            data_dir=settings.DATA_DIR,
            host=host,
            port=port,
            engines=Engines(location),
            embedded=self._embedded(),
            preparation=(sys.executable, sys.argv[0], "prepare", *(["--demo"] if settings.DEMO else [])),
            preparation_env={**env, "OWNER_DATABASE_URL": owner_url},
            programs=[
                supervisor.web(host, port, logs / "web.log", without_owner),
                supervisor.worker(logs / "worker.log", without_owner),
                supervisor.beat(logs / "beat.log", without_owner),
            ],
            welcome=lambda: self._welcome(host, port),
            say=self._say,
        )

    def _embedded(self) -> frozenset[str]:
        wanted = {supervisor.POSTGRES: settings.EMBEDDED_DATABASE, supervisor.VALKEY: settings.EMBEDDED_BROKER}
        return frozenset(name for name, embedded in wanted.items() if embedded)

    def _welcome(self, host: str, port: int) -> str:
        location = location_for(settings.DATA_DIR)
        lines = ["", f"The portal is ready: http://{host}:{port}/", ""]
        if settings.DEMO:
            lines += [f"  {role:<20} {name} / {settings.DEMO_PASSWORD}" for role, name in settings.DEMO_LOGINS.items()]
            login = f"{demo.SECOND_FACTOR_LOGIN} / {settings.DEMO_PASSWORD}"
            lines += [f"  {'second step':<20} {login}, then the code of: DEMO=1 .venv/bin/python manage.py demo_code"]
            lines += [f"  Staff log in at http://{host}:{port}/can-bo/dang-nhap/", ""]
        return "\n".join(
            [*lines, f"  Data {location.home}", f"  Logs {location.logs}", "  Ctrl-C stops everything.", ""]
        )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
