"""Formats of speech toolkits and scorers: RTTM, CTM, STM, Kaldi."""
