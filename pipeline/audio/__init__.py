"""From a file, an array or a stream to 16 kHz mono samples."""
