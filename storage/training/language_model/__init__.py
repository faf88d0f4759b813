"""Language models learnt from verified texts."""
