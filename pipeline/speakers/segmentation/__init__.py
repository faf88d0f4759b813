"""Local speakers per frame, by the segmentation model."""
