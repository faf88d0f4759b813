"""Execution services for the stages: ONNX sessions, threads, checkpoints and files."""
