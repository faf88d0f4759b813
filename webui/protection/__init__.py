"""Middleware that checks every request before the app's routes and Gradio handle it."""
