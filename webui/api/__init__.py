"""Endpoints for programs: Gradio API, MCP, uploads."""
