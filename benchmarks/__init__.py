"""Benchmarks of speed, memory and accuracy; most are commands that print a table."""
