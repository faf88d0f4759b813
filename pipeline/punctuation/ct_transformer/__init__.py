"""The CT-Transformer punctuation model: its files, vocabulary, input and output."""
