"""Downloading models from hubs, wheels and folders."""
