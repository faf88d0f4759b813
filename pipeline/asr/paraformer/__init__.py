"""The Paraformer recogniser on onnxruntime."""
