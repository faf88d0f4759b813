"""Speed, memory and accuracy runs, each one command that prints a table."""
