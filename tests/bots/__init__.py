"""Tests of the bots that come with Parley."""
