"""Character n-grams: counted from texts, written and read as ARPA files."""
