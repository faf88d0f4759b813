"""Language models for recognition, and the search that uses them."""
