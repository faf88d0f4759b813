"""Review progress, recognition quality and annotator figures."""
