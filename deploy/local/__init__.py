"""The runner behind `make run`, `make demo` and `make tutorial`."""
