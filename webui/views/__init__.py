"""Values as the JSON that the page shows."""
