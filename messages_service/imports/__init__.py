"""Imports of exports: Parley's own, Slack's and Mattermost's."""
