"""Tests of the files of live recordings."""
