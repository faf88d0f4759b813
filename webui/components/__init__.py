"""The parts of the page that are drawn by our own ES modules."""
