"""Language models beside the recogniser, and the search that combines them."""
