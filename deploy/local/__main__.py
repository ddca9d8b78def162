"""Starts everything on this machine: python -m deploy.local run|demo|tutorial."""

import os
import signal
import sys

from deploy.local.config import CannotStart, Config
from deploy.local.data_dir import hold_data_dir
from deploy.local.demo import fill_demo
from deploy.local.eliza import plan_eliza
from deploy.local.lifelines import die_with_parent
from deploy.local.migrations import migrate
from deploy.local.programs import Program, plan_services
from deploy.local.readiness import wait_until_ready
from deploy.local.redis_server import check_redis, prepare_redis
from deploy.local.settings_check import check_settings
from deploy.local.supervisor import REDIS, Supervisor


def main() -> int:
    """0 after Ctrl-C or SIGTERM; 1 with one line of reason when Parley cannot run."""
    if "MAKELEVEL" in os.environ:
        die_with_parent()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.umask(0o077)  # databases and logs are their owner's alone
    try:
        config = Config.from_environment(sys.argv[1] if len(sys.argv) > 1 else "run", os.environ)
        with hold_data_dir(config.data_dir):
            serve(config)
    except CannotStart as error:
        print(f"parley: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    print("Parley has stopped.", flush=True)
    return 0


def serve(config: Config) -> None:
    """Returns after Ctrl-C."""
    config.check_ports()
    print(f"Starting Parley with its data in {config.data_dir}", flush=True)
    programs: list[Program] = []
    if config.redis_url:
        check_redis(config.redis_url)
        redis_url = config.redis_url
    else:
        redis = prepare_redis(config.redis_port, config.data_dir)
        programs.append(Program(REDIS, redis.argv, dict(os.environ)))
        redis_url = redis.url
    services = plan_services(config, redis_url)
    check_settings(services)
    migrate(services)
    if config.mode == "demo":
        programs.append(plan_eliza(config))
    supervisor = Supervisor([*programs, *services])
    supervisor.beside(lambda: announce(config, services, supervisor))
    supervisor.run()


def announce(config: Config, services: tuple[Program, ...], supervisor: Supervisor) -> None:
    """Print Parley's address once it is ready."""
    wait_until_ready(services)
    supervisor.all_have_started()
    if config.mode == "demo":
        print(fill_demo(config), flush=True)
    sys.stdout.write(f"Parley is ready: {config.public_url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
