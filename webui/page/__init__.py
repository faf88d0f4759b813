"""Gradio components of the web page."""
