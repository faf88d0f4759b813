"""Words that a recogniser may have mistaken for others: pronunciation, dictionary, search."""
