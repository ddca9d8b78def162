"""Requests to addresses that people name, which never reach into private networks.

A name is resolved once, every address that it has is checked, and the connection is made to a
checked address, so that a second answer of the name server changes nothing. The time of the whole
request and the bytes of its answer are limited.
"""
