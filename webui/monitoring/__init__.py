"""Endpoints for load balancers, orchestrators and Prometheus."""
