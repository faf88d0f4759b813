"""Recognisers of the sherpa-onnx library, an optional dependency."""
