"""The module bundle, preloading and style sheets."""
