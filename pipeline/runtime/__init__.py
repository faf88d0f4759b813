"""ONNX sessions, threads, checkpoints and files: how the work is carried out."""
