"""A flow as viewflow's documentation writes it: the peer of `benchmarks/tasks.py`."""
