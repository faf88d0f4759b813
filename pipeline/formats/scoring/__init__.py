"""Formats of speech toolkits and scoring tools: RTTM, CTM, STM and Kaldi."""
