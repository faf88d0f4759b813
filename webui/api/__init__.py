"""Public API for programs, over Gradio's API and the Model Context Protocol (MCP)."""
