"""Middleware that checks every request before the page or Gradio."""
