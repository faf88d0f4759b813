"""Detection of the local speakers in each frame, by the segmentation model."""
