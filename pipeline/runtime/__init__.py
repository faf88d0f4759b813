"""Runtime services: ONNX sessions, threads, checkpoints and files."""
