"""Readers and writers of annotation files for Praat, ELAN and Audacity."""
