"""Server for the WebSocket protocol of FunASR's runtime (2pass)."""
