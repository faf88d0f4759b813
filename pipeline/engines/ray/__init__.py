"""Execution of jobs in workers on the nodes of a Ray cluster."""
