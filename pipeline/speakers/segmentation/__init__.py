"""Frame-level detection of local speakers by the segmentation model."""
