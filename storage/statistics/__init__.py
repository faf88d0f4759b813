"""Review progress, recognition quality and statistics per annotator."""
