"""A real RabbitMQ on loopback: its own node, its own epmd, its own folder, never the system's."""

import itertools
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import (
    HOST,
    ServerProcess,
    as_server_user,
    free_port,
    give_away,
    greets,
    program,
    running,
    server_folder,
)

_BINARIES = ("usr/lib/rabbitmq/bin",)


@dataclass
class RabbitMQServer:
    """Where it listens, and how to get a virtual host of one's own."""

    port: int
    process: ServerProcess
    folder: Path
    environment: Mapping[str, str]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_virtual_host(self) -> str:
        """The `amqp://` URL of a virtual host without any queue. Takes about two seconds."""
        name = f"genklang-{next(self._numbers)}"
        self.control("add_vhost", name)
        self.control("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
        return f"amqp://guest:guest@{HOST}:{self.port}/{name}"

    def control(self, *arguments: str) -> str:
        """Run `rabbitmqctl`; its output."""
        binary = program("rabbitmqctl", package="rabbitmq-server", folders=_BINARIES)
        return subprocess.run(
            as_server_user([binary, "--quiet", *arguments]),
            check=True,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            timeout=60,
        ).stdout


@contextmanager
def rabbitmq() -> Iterator[RabbitMQServer]:
    """RabbitMQ from ready to ended."""
    binary = program("rabbitmq-server", package="rabbitmq-server", folders=_BINARIES)
    epmd = program("epmd", package="erlang-base")
    with server_folder("rabbitmq") as folder:
        ports = {name: str(free_port()) for name in ("amqp", "distribution", "epmd")}
        _write_configuration(folder, ports["amqp"])
        environment = {
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": ports["epmd"],
            "ERL_EPMD_ADDRESS": HOST,
            "RABBITMQ_NODENAME": f"genklang-{ports['amqp']}@localhost",
            "RABBITMQ_DIST_PORT": ports["distribution"],
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            # Idle schedulers of Erlang spin; on a small machine that slows every other test.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }
        port_mapper = ServerProcess(
            [epmd, "-port", ports["epmd"], "-address", HOST],
            folder=folder,
            environment=environment,
            ready=lambda: greets(int(ports["epmd"])),
        )
        broker = ServerProcess(
            [binary],
            folder=folder,
            environment=environment,
            ready=lambda: "Server startup complete" in broker.said(),
            seconds=60,
        )
        with running(port_mapper), running(broker):
            yield RabbitMQServer(int(ports["amqp"]), broker, folder, environment)


def _write_configuration(folder: Path, port: str) -> None:
    settings = [
        "listeners.tcp.default = " + f"{HOST}:{port}",
        "loopback_users.guest = true",
        "disk_free_limit.absolute = 50MB",
    ]
    (folder / "rabbitmq.conf").write_text("\n".join(settings) + "\n", encoding="utf-8")
    (folder / "rabbitmq-env.conf").touch()
    (folder / "enabled_plugins").write_text("[].\n", encoding="utf-8")
    for path in folder.iterdir():
        give_away(path)
