"""N-gram language models: estimation from texts, and ARPA files."""
