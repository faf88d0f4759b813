"""Local speakers per frame, from the segmentation model."""
