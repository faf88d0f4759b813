"""Application services, called by the page, the HTTP routes and the public API."""
