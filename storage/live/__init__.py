"""Files of live recordings: samples, changes of the text, and the record of each session."""
