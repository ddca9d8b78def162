"""Clients of the services that the gateway calls; failures are raised as Problem."""
