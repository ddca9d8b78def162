"""What Parley costs, measured beside what it is compared with; `make bench` writes RESULTS.md."""
