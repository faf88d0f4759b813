"""Files of annotation programs: Praat, ELAN, Audacity."""
