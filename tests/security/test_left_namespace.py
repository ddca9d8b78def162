"""A socket that leaves its namespace is no session any longer: revocation would not find it."""

from tests.support.cast import Person
from tests.support.raw_socket import RawSocket
from tests.support.stack import Stack


def test_a_socket_that_leaves_the_namespace_is_closed(stack: Stack, bob: Person) -> None:
    with RawSocket(stack.realtime_url) as raw:
        raw.sign_in(bob.token)
        raw.send("41")
        assert raw.is_closed()
