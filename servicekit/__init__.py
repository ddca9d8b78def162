"""What every service needs and none is about: settings, app factory, identity, outbox, paging."""
