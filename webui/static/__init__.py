"""JavaScript bundle, preload scripts and style sheets of the page."""
