"""Limits on attempts: logins, sign-ups, and the rates that set them."""

import pytest
from pydantic import TypeAdapter

from servicekit.rates import RatePerHour
from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.support.redis_server import RedisServer
from tests.support.waiting import wait_until
from tests.users_service.conftest import SECRET, MakeService, Person, account
from users_service import throttle


def test_after_many_failures_an_address_gets_fewer_attempts(
    make_service: MakeService,
) -> None:
    service = make_service(rate_logins="3", rate_rationed_logins="1")
    service.sign_up("alice")
    for number in range(3):
        assert service.log_in(f"guess{number}", "wrong password").status_code == 401
    assert service.log_in("alice", "wrong password").status_code == 401
    refused = service.log_in("alice")
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 3601
    service.address = "192.0.2.7"
    assert service.log_in("alice").status_code == 201


def test_logins_that_succeed_are_not_counted(make_service: MakeService) -> None:
    service = make_service(rate_logins="2")
    service.sign_up("alice")
    for _ in range(5):
        assert service.log_in("alice").status_code == 201


def test_after_the_window_the_right_password_works_again(make_service: MakeService) -> None:
    service = make_service(rate_account_logins="2 per 1 second")
    service.sign_up("alice")
    while service.log_in("alice", "wrong password").status_code != 429:
        pass
    wait_until(lambda: service.log_in("alice").status_code == 201)


def test_only_the_gateway_may_forward_a_client_address(
    make_service: MakeService,
) -> None:
    service = make_service(rate_account_logins="1")

    def log_in(forwarded: str, **headers: str) -> int:
        all_headers = {"X-Forwarded-For": forwarded, **headers}
        status: int = service.log_in("nobody", "wrong", headers=all_headers).status_code
        return status

    gateway = {SERVICE_SECRET_HEADER: SECRET}
    assert log_in("192.0.2.1", **gateway) == 401
    assert log_in("192.0.2.2", **gateway) == 401
    assert log_in("192.0.2.1", **gateway) == 429
    assert log_in("192.0.2.3") == 401
    assert log_in("192.0.2.4") == 429  # counted for the address of the connection


def test_sign_ups_per_address_are_limited_except_for_admins(
    make_service: MakeService,
) -> None:
    service = make_service(rate_signups="2")
    admin = service.sign_up("alice")
    assert service.post("/api/users", {}).status_code == 422
    service.sign_up("bob")
    assert service.post("/api/users", account("charlie")).status_code == 429
    service.sign_up("charlie", as_token=admin.token)
    service.address = "192.0.2.7"
    service.sign_up("dana")


@pytest.mark.parametrize(
    ("given", "rate"),
    [
        ("5", "5 per 1 hour"),
        (" 5 ", "5 per 1 hour"),
        ("60 per 10 second", "60 per 10 second"),
        ("10/minute;100/hour", "10/minute;100/hour"),
    ],
)
def test_a_rate_is_a_number_per_hour_or_a_full_expression(given: str, rate: str) -> None:
    assert TypeAdapter(RatePerHour).validate_python(given) == rate


@pytest.mark.parametrize("bad", ["", "many", "5 per fortnight", "-5", "0.5"])
def test_an_invalid_rate_stops_the_start(make_service: MakeService, bad: str) -> None:
    with pytest.raises(ValueError, match="rate_logins"):
        make_service(rate_logins=bad)


def test_without_redis_limits_are_counted_in_memory(make_service: MakeService) -> None:
    service = make_service(
        rate_account_logins="3", rate_signups="2", redis_url="redis://:x@127.0.0.1:1/0"
    )
    service.sign_up("alice")
    statuses = [service.log_in("alice", "wrong password").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_limits_survive_a_redis_outage(
    make_service: MakeService,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throttle, "REDIS_PAUSE_SECONDS", 0)
    redis = RedisServer(tmp_path_factory.mktemp("mortal"))
    service = make_service(redis_url=redis.url, rate_account_logins="4")
    service.sign_up("alice")
    assert service.log_in("alice", "wrong password").status_code == 401
    redis.kill()
    statuses = [service.log_in("alice", "wrong password").status_code for _ in range(6)]
    assert statuses == [401] * 4 + [429] * 2
    redis.start()
    assert service.log_in("alice", "wrong password").status_code == 401
    assert redis.client.keys("parley:rate*"), "attempts are counted in Redis again"
    redis.stop()


def test_failures_of_one_account_do_not_limit_another(bob: Person) -> None:
    for _ in range(25):
        bob.service.log_in("alice", "wrong password")
    assert bob.service.log_in("alice").status_code == 429
    assert bob.service.log_in("bob").status_code == 201
