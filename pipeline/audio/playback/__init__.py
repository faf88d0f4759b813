"""Copies of a recording for playback and display: sound, excerpts, waveform, spectrogram."""
