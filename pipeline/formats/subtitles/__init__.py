"""Subtitle formats: SubRip, WebVTT and SubStation Alpha."""
