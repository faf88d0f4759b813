"""Segmentation of speech into frames with local speakers, which are comparable in one excerpt."""
