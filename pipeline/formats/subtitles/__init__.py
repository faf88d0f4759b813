"""SubRip, WebVTT and SubStation Alpha."""
