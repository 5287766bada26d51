"""`make demo`: the product at work on this machine, with a mail server of its own and a company that does not exist.

Everything is real but the world outside: mails are delivered over SMTP, fetched over IMAP, answered by approval, and
the answers arrive in the mailbox `outside`, which stands for all customers. Nothing leaves the machine. What only the
first start needs is imported there: the next ones are to be quick.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from agent.errors import OutsideUnavailable
from agent.sandbox import sample
from agent.sandbox.demo_folder import LOOK, Demo, Say, is_demo, open_demo, read_demo, wait_for
from agent.settings import Settings
from agent.worker.leash import HOLDER, on_leash
from agent.worker.supervision import ensure_port_is_free, is_ready

READY_WITHIN_S = 60.0


def run_demo(settings: Settings, *, say: Say) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code. Raises `OutsideUnavailable` when it does not come up."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        return _run(settings, say)
    except KeyboardInterrupt:
        say("Stopped.")
        return 0


def _run(settings: Settings, say: Say) -> int:
    ensure_port_is_free(settings)
    demo = open_demo(settings.home)
    with ExitStack() as stack:
        stack.enter_context(_mail_server(demo))
        if not demo.prepared:
            from agent.sandbox.preparing import prepare

            prepare(settings, demo, say)
            demo = replace(demo, prepared=True)
            demo.save()
        desk = stack.enter_context(_desk(settings))
        wait_for(lambda: is_ready(settings) or desk.poll() is not None, READY_WITHIN_S, "the desk to answer")
        if desk.poll() is not None:
            raise OutsideUnavailable("The desk did not start.", remedy=LOOK)
        _introduce(settings, demo, say)
        if not demo.delivered:
            from agent.sandbox.preparing import bring_mail

            bring_mail(settings, demo, say)
            replace(demo, delivered=True).save()
        say("Ctrl-C stops everything.")
        return desk.wait()


def answers(home: Path) -> list[bytes]:
    """What has arrived at the customers so far. Raises `OutsideUnavailable` when no demonstration is running."""
    if not is_demo(home):
        raise OutsideUnavailable("No demonstration has been started here.", remedy="Run `make demo`.")
    from agent.sandbox.deliver import mails_in

    demo = read_demo(home)
    return mails_in(demo.outside_url, demo.mail_password)


@contextmanager
def _mail_server(demo: Demo) -> Iterator[None]:
    users = demo.home / "sandbox-users"
    users.touch(mode=0o600)
    users.write_text(
        f"{sample.SUPPORT}:{demo.mail_password}\n{sample.OUTSIDE}:{demo.mail_password}\n", encoding="utf-8"
    )
    ports = ["--imap-port", str(demo.imap_port), "--smtp-port", str(demo.smtp_port)]
    command = [sys.executable, "-m", "agent.sandbox.server", *ports, "--users-file", str(users)]
    with _child(command, demo.home / "sandbox.pid", dict(os.environ), demo.home / "sandbox.log"):
        yield


@contextmanager
def _desk(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`genklang up`, as anybody would start it."""
    environment = os.environ | {
        "GENKLANG_HOME": str(settings.home),
        "GENKLANG_WEB_PORT": str(settings.web_port),
        "GENKLANG_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "agent.cli.main", "up"]
    with _child(command, settings.home / "up.pid", environment, settings.home / "demo.log") as child:
        yield child


@contextmanager
def _child(
    command: list[str], pid_file: Path, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block, and cannot outlive this one."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            on_leash(command, pid_file),
            env=environment | {HOLDER: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end the others in order
        )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(40)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _introduce(settings: Settings, demo: Demo, say: Say) -> None:
    say("")
    say(f"  The desk      {settings.desk_url}")
    say(f"  Sign in       {sample.PERSON}")
    say(f"  Password      {demo.desk_password}")
    say("  Answers       .venv/bin/genklang demo mail   shows what arrived at the customers")
    say("")
