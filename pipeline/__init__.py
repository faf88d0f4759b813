"""From a recording to a transcript with speakers, on onnxruntime."""
